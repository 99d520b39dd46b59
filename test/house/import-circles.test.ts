import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { expect, test } from '@jest/globals';
import ts from 'typescript';

type Imports = ReadonlyMap<string, readonly string[]>;

const root = join(import.meta.dirname, '../..');

/** Every file of the project and the files that it imports, types included. */
function readImports(): Imports {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.mjs'], {
    encoding: 'utf8',
    cwd: root,
  });
  const files = listed.split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join(root, file), 'utf8'))]));
}

function importsOf(file: string, source: string): string[] {
  return ts
    .preProcessFile(source)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(dirname(file), name));
}

/** A circle that a file is part of; undefined if no path of imports leads back to it. */
function circleFrom(start: string, imports: Imports): string[] | undefined {
  const seen = new Set<string>();
  const search = (file: string): string[] | undefined => {
    for (const imported of imports.get(file) ?? []) {
      if (imported === start) return [file, start];
      if (seen.has(imported)) continue;
      seen.add(imported);
      const path = search(imported);
      if (path) return [file, ...path];
    }
    return undefined;
  };
  return search(start);
}

const circlesIn = (imports: Imports): string[] =>
  [...imports.keys()].flatMap((file) => circleFrom(file, imports)?.join(' → ') ?? []);

test('no file imports itself through other files, types included', () => {
  const imports = readImports();
  expect(imports.size).toBeGreaterThan(500);
  expect(imports.get('lib/http/handler.ts')).toContain('lib/http/binding.ts');
  expect(circlesIn(imports)).toEqual([]);
});

test('an import circle of types is found, and every file of it is named', () => {
  const sources = {
    'a.ts': `import type { B } from './b.ts';`,
    'b.ts': `import { type C } from './c/c.ts';`,
    'c/c.ts': `export type { A } from '../a.ts';`,
    'd.ts': `import { a } from './a.ts';`,
  };
  const imports = new Map(Object.entries(sources).map(([file, source]) => [file, importsOf(file, source)]));
  expect(circlesIn(imports)).toEqual([
    'a.ts → b.ts → c/c.ts → a.ts',
    'b.ts → c/c.ts → a.ts → b.ts',
    'c/c.ts → a.ts → b.ts → c/c.ts',
  ]);
});
