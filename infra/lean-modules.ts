import type { Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import type { Endpoint, Route } from '../lib/api/route.ts';

type Node = Readonly<Record<string, unknown>> & { type: string; start: number; end: number };
/** A part of a file's text, and the text in its place. */
type Edit = { start: number; end: number; text: string };

/** The fields of a route that only the API's documents show. */
const SHOWN: ReadonlySet<unknown> = new Set<Exclude<keyof Route, keyof Endpoint>>([
  'summary',
  'description',
  'example',
  'fieldTexts',
  'success',
  'refusals',
]);
const DESCRIBE = /^import \{[^}]*\bdescribe\b[^}]*\} from '.*\/describe\.ts';$/m;

/**
 * Leaves out of a function what it does not use of our modules (docs/decisions/0237-lean-modules.md): constants that
 * nothing uses, since no file acts when it is imported, and what routes and schemas say for the API's documents.
 */
export const leanModules = (servesDocuments: boolean): Plugin => ({
  name: 'lean-modules',
  transform: {
    filter: { id: /\/(?:lib|functions)\/[^\0]*\.ts$/ },
    handler(code, id) {
      const program = parseAst(code, { lang: 'ts' }, id) as unknown as Node;
      const keepsTexts = servesDocuments || !DESCRIBE.test(code);
      const edits = [...findEdits(program, { keepsTexts, keepsRoutes: servesDocuments, place: 'file' })];
      // Lines stay where they are, so the source maps need no change.
      return edits.length === 0 ? null : { code: apply(edits, code), map: null };
    },
  },
});

type Within = { keepsTexts: boolean; keepsRoutes: boolean; place: 'file' | 'inside' };

function* findEdits(node: Node, within: Within): Iterable<Edit> {
  const inside = { ...within, place: placeIn(node.type, within.place) };
  const described = within.keepsTexts ? undefined : readDescribed(node);
  if (described !== undefined) {
    const { callee, schema } = described;
    yield { start: callee.start, end: callee.end, text: '' };
    yield* findEdits(schema, inside);
    yield { start: schema.end, end: node.end - 1, text: '' };
    return;
  }
  const value = within.place === 'file' && node.type === 'VariableDeclarator' ? (node['init'] as Node | null) : null;
  if (value && makesSomething(value)) {
    yield { start: value.start, end: value.start, text: '/* @__PURE__ */ (() => (' };
    yield { start: value.end, end: value.end, text: '))()' };
  }
  const route = within.keepsRoutes ? undefined : readRoute(node);
  if (route === undefined) for (const child of childrenOf(node)) yield* findEdits(child, inside);
  else yield* findRouteEdits(route, inside);
}

function* findRouteEdits(route: Node, inside: Within): Iterable<Edit> {
  const fields = route['properties'] as Node[];
  for (const [i, field] of fields.entries()) {
    const isShown = SHOWN.has((field['key'] as Node | undefined)?.['name']);
    if (isShown) yield { start: field.start, end: fields[i + 1]?.start ?? route.end - 1, text: '' };
    else yield* findEdits(field, inside);
  }
}

/** The object of `{ … } as const satisfies Route`. */
function readRoute({ type, typeAnnotation, expression }: Node): Node | undefined {
  if (type !== 'TSSatisfiesExpression') return undefined;
  const { typeName } = typeAnnotation as { typeName?: Node };
  return typeName?.['name'] === 'Route' ? ((expression as Node)['expression'] as Node) : undefined;
}

const placeIn = (type: string, around: Within['place']): Within['place'] =>
  /Function|Class|VariableDeclarator/.test(type) ? 'inside' : around;

const makesSomething = (node: Node): boolean =>
  !/Function|Class/.test(node.type) &&
  (/^(?:Call|New)Expression$|^SpreadElement$/.test(node.type) || childrenOf(node).some(makesSomething));

function readDescribed({ type, callee, arguments: given }: Node): { callee: Node; schema: Node } | undefined {
  if (type !== 'CallExpression' || (callee as Node)['name'] !== 'describe') return undefined;
  const [schema] = given as Node[];
  return schema && { callee: callee as Node, schema };
}

const childrenOf = (node: Node): Node[] =>
  Object.values(node)
    .flat()
    .filter((part): part is Node => typeof part === 'object' && part !== null && 'type' in part);

function apply(edits: readonly Edit[], code: string): string {
  let edited = '';
  let read = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    const lines = code.slice(start, end).replaceAll(/[^\n]/g, '');
    edited += code.slice(read, start) + text + lines;
    read = end;
  }
  return edited + code.slice(read);
}
