import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import ts from 'typescript';

const root = join(import.meta.dirname, '../..');
const filesLike = (...patterns: string[]): string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', ...patterns], { encoding: 'utf8', cwd: root })
    .split('\n')
    .filter((file) => file !== '' && existsSync(join(root, file)));

/** A room is a folder of the project, or a folder of `lib`; the files beside those folders are a room, too. */
const roomOf = (file: string): string => /^(?:lib\/[^/]+(?=\/)|[^/]+(?=\/))/.exec(file)?.[0] ?? '.';

const parse = (file: string, text: string): ts.SourceFile =>
  ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
const sources = filesLike('*.ts', '*.js', '*.mjs').map((file) => parse(file, readFileSync(join(root, file), 'utf8')));
const rooms = Map.groupBy(sources, ({ fileName }) => roomOf(fileName));

const docCommentsIn = ({ text }: Pick<ts.SourceFile, 'text'>): string[] =>
  [...text.matchAll(/^[ \t]*\/\*\*([\s\S]*?)\*\//gm)].map(([, comment = '']) =>
    comment
      .replaceAll(/\s*\n\s*\*?/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
/** Comments after two slashes. Neighboring lines are one. */
const lineCommentsIn = (text: string): string[] =>
  (text.match(/(?:^[ \t]*\/\/ .*\n?)+|[ \t]\/\/ .*$/gm) ?? []).map((block) =>
    block.replaceAll(/\s*\n?\s*\/\/\s*/g, ' ').trim(),
  );
const isHeadless = (comment: string): boolean =>
  /^(?:What|Where|How|Whether|Who|As|Of|Those|That)\b/.test(comment) && !/^[^.]*\?/.test(comment);

test('no doc comment of PHP begins with What, Where, How, Whether, Who, As, Of, Those or That', () => {
  const written = filesLike('*.php').filter((file) => file !== 'clients/php/license-service-client.php');
  const comments = written.flatMap((file) => docCommentsIn({ text: readFileSync(join(root, file), 'utf8') }));
  expect(comments.length).toBeGreaterThan(50);
  expect(comments.filter(isHeadless)).toEqual([]);
});

describe.each([...rooms])('the room %s', (_, files) => {
  test('has no doc comment above 300 characters', () => {
    const long = files.flatMap((source) =>
      docCommentsIn(source)
        .filter((comment) => comment.length > 300)
        .map((comment) => `${source.fileName}: ${comment}`),
    );
    expect(long).toEqual([]);
  });

  test('begins at most one doc comment in fifty with What, Where, How, Whether, Who, As, Of, Those or That', () => {
    const comments = files.flatMap(docCommentsIn);
    const headless = comments.filter(isHeadless);
    expect(headless.length > comments.length * 0.02 ? headless : []).toEqual([]);
  });

  test('begins no comment after slashes with one of these words', () => {
    const headless = files.flatMap(({ fileName, text }) =>
      lineCommentsIn(text).flatMap((comment) => (isHeadless(comment) ? [`${fileName}: ${comment}`] : [])),
    );
    expect(headless).toEqual([]);
  });

  test('exports each type name once', () => {
    expect(homonymsIn(files.flatMap(exportedTypes))).toEqual([]);
  });

  test('exports each function, class and constant under a name of its own', () => {
    // Lambda calls each function by this name.
    expect(homonymsIn(files.flatMap(exportedValues).filter(({ name }) => name !== 'handler'))).toEqual([]);
  });
});

function exportedTypes(source: ts.SourceFile): { name: string; file: string }[] {
  return source.statements.flatMap((statement) =>
    (ts.isTypeAliasDeclaration(statement) || ts.isInterfaceDeclaration(statement)) &&
    statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      ? [{ name: statement.name.text, file: source.fileName }]
      : [],
  );
}

type Exported = { name: string; file: string };

function homonymsIn(exported: readonly Exported[]): string[] {
  const homonyms = [...Map.groupBy(exported, ({ name }) => name)].filter(([, found]) => found.length > 1);
  return homonyms.map(([name, found]) => `${name}: ${found.map(({ file }) => file).join(', ')}`);
}

/** Values that a file declares and exports. A re-export is the same symbol, so it is no second one. */
function exportedValues({ statements, fileName: file }: ts.SourceFile): Exported[] {
  const isExported = (statement: ts.Statement): boolean =>
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
  return statements.filter(isExported).flatMap((statement): Exported[] => {
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => ({ name: name.getText(), file }));
    const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
    return isNamed && statement.name ? [{ name: statement.name.text, file }] : [];
  });
}

test('an exported function is named by verb and noun, or by a noun', () => {
  // JSON Schema gives these names. The schemas of answers begin with a capital, and are nouns.
  const known = new Set(['allOf', 'anyOf', 'oneOf']);
  const named = sources
    .filter(({ fileName }) => /^(?:lib|local|infra|bin)\//.test(fileName))
    .flatMap(exportedValues)
    .filter(({ name }) => /^[a-z]/.test(name) && !known.has(name));
  expect(named.length).toBeGreaterThan(500);
  expect(named.filter(({ name }) => /(?:Of|At|With)(?![a-z])/.test(name))).toEqual([]);
});

test('two values of one name are found, a re-export is not', () => {
  const files = ['export const a = 1;', 'export function a() {}', `export { a } from './a.ts';`];
  const values = files.flatMap((text, i) => exportedValues(parse(`${i}.ts`, text)));
  expect(homonymsIn(values)).toEqual(['a: 0.ts, 1.ts']);
});

const PRIVATE_LITERAL = ['a', 'gain'].join('');
const PRIVATE_NAMES = new Set(['told', 'said', 'along', 'home', 'was', 'Place']);

/** The declared names and literals of a file that belong to nobody's vocabulary but ours. */
function privateWords(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const name = (node as ts.Node & { name?: ts.Node }).name;
    const declares =
      !ts.isPropertyAccessExpression(node) && name && (ts.isIdentifier(name) || ts.isStringLiteral(name));
    if (declares && PRIVATE_NAMES.has(name.text)) found.push(`${source.fileName}: ${name.text}`);
    if (ts.isStringLiteralLike(node) && node.text === PRIVATE_LITERAL) found.push(`${source.fileName}: '${node.text}'`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('no name is declared from our private vocabulary', () => {
  expect(sources.flatMap(privateWords)).toEqual([]);
});

test('the check of private words finds a name and a literal where they are declared', () => {
  const text =
    `const said = 1; type Place = { was: string }; f(({ home }) => '${PRIVATE_LITERAL}'); x.told;` +
    `f({ 'told': 1 });`;
  const words = ['said', 'Place', 'was', 'home', `'${PRIVATE_LITERAL}'`, 'told'];
  expect(privateWords(parse('x.ts', text))).toEqual(words.map((word) => `x.ts: ${word}`));
});

const PRIVATE_TEXT = /\b(?:told|said|whom|whoever|anew|once more|(?:is|are) away)\b/i;
const PRIVATE_TITLE = new RegExp(`${PRIVATE_TEXT.source}|\\balike\\b`, 'i');
const OPENING_WITHOUT_SUBJECT = /^(?:What|Where|How|Whether|Who|And)\b/i;

/** The literal titles of a test file: the first arguments of `describe`, `test`, `it` and their `each`. */
function titlesIn(source: ts.SourceFile): string[] {
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /^(?:describe|test|it)$/.test(calledName(node))) {
      const [title] = node.arguments;
      if (title && ts.isStringLiteralLike(title)) titles.push(title.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

/** The name at the start of a call: `test` for `test.each(rows)('%s', …)`. */
function calledName({ expression }: ts.CallExpression | ts.PropertyAccessExpression): string {
  if (ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression)) return calledName(expression);
  return ts.isIdentifier(expression) ? expression.text : '';
}

const oddTitles = (source: ts.SourceFile): string[] =>
  titlesIn(source)
    .filter((title) => PRIVATE_TITLE.test(title) || OPENING_WITHOUT_SUBJECT.test(title))
    .map((title) => `${source.fileName}: ${title}`);

test('every test title states a guarantee without private words and headless openings', () => {
  const tests = sources.filter(({ fileName }) => fileName.startsWith('test/'));
  expect(tests.flatMap(titlesIn).length).toBeGreaterThan(1_000);
  expect(tests.flatMap(oddTitles)).toEqual([]);
});

test('the check of titles finds private words and headless openings in every form of a test', () => {
  const text = `describe('who may call', () => { test.each([['told']])('is %s anew', f); it('retries once', f); });
    test('refuses a second site', () => { /told/.test('told'); });`;
  expect(oddTitles(parse('x.ts', text))).toEqual(['x.ts: who may call', 'x.ts: is %s anew']);
});

/** The comments of a file, each with its lines joined, so that a phrase is found across two of them. */
function commentTexts(text: string): string[] {
  const blocks = text.match(/\/\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n?)+|[ \t]\/\/ .*$/gm) ?? [];
  return blocks.map((block) => block.replaceAll(/\s*\n\s*(?:\*|\/\/)?\s*/g, ' '));
}

/** The literals of a file: texts of errors, log lines, answers and documents. */
function literalsIn(source: ts.SourceFile): string[] {
  const literals: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      literals.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return literals;
}

const privateTexts = (file: string, texts: readonly string[]): string[] =>
  texts.filter((text) => PRIVATE_TEXT.test(text)).map((text) => `${file}: ${text}`);

test('no comment, document, error or log line has private words', () => {
  const comments = filesLike('*.ts', '*.js', '*.mjs', '*.php').flatMap((file) =>
    privateTexts(file, commentTexts(readFileSync(join(root, file), 'utf8'))),
  );
  const documents = filesLike('*.md').flatMap((file) =>
    privateTexts(
      file,
      readFileSync(join(root, file), 'utf8')
        .replaceAll(/(?<!\n)\n(?!\n)/g, ' ')
        .split('\n'),
    ),
  );
  const literals = sources
    .filter(({ fileName }) => !fileName.startsWith('test/'))
    .flatMap((source) => privateTexts(source.fileName, literalsIn(source)));
  expect([...comments, ...documents, ...literals]).toEqual([]);
});

test('the check of texts finds private words in every form of a comment and a literal', () => {
  const [more, renewed, away] = ['more', 'anew', 'away'];
  const block = ['/** Sends it once', ` * ${more}. */`];
  const comments = [...block, `f('a'); // ${renewed}`, '  // it is', `  // ${away}`];
  const text = [...comments, 'f(`${a} told`, 1);'].join('\n');
  expect(commentTexts(text).filter((comment) => PRIVATE_TEXT.test(comment))).toHaveLength(3);
  expect(privateTexts('x.ts', literalsIn(parse('x.ts', text)))).toEqual(['x.ts:  told']);
});

test('license is spelled one way', () => {
  const britishSpelling = new RegExp(['licen', 'ce'].join(''), 'i');
  const files = filesLike().filter((file) => !/(?:^|\/)package-lock\.json$|\.(?:png|ico|woff2?)$/.test(file));
  expect(files.length).toBeGreaterThan(sources.length);
  expect(files.filter((file) => britishSpelling.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

test('the check of comments distinguishes a headless comment from a question and a full sentence', () => {
  const comments = [
    'What a key holds.',
    'As the table has it.',
    'Of the body.',
    'Who may call?',
    'Each caller is counted.',
  ];
  expect(comments.map(isHeadless)).toEqual([true, true, true, false, false]);
  const text = ['f(); ## Of the body.', '## It is long', '  ## and has two lines.', "g('https:##a.example/b');"];
  expect(lineCommentsIn(text.join('\n').replaceAll('##', '//'))).toEqual([
    'Of the body.',
    'It is long and has two lines.',
  ]);
});
