import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { packFunction, writeSourceMaps } from '../../infra/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'license-service-source-maps-'));
afterAll(() => rmSync(folder, { recursive: true }));

const NAME = 'check-license';
const packed = join(folder, 'packed');
const maps = join(folder, 'maps', NAME);
packFunction(NAME, packed);
writeSourceMaps(NAME, maps);
const textOf = (file: string): string => readFileSync(file, 'utf8');

describe('the source maps of a function', () => {
  test('are no part of what is uploaded, and no bundle names one', () => {
    for (const file of readdirSync(packed)) {
      expect(file).toMatch(/\.mjs$/);
      expect(textOf(join(packed, file))).not.toContain('sourceMappingURL');
    }
  });

  test('exist for each of its files, and are all that is kept', () => {
    expect(readdirSync(maps).sort()).toEqual(
      readdirSync(packed)
        .map((file) => `${file}.map`)
        .sort(),
    );
  });

  test('lead from a stack trace of the bundle to the line of the source', () => {
    const file = readdirSync(packed).find((name) => textOf(join(packed, name)).includes('TABLE_NAME')) ?? '';
    const code = textOf(join(packed, file)).split('\n');
    const line = code.findIndex((part) => part.includes('TABLE_NAME'));
    const column = (code[line] ?? '').indexOf('TABLE_NAME');
    const trace = join(folder, 'trace.txt');
    writeFileSync(trace, `Error: x\n    at f (file:///var/task/${file}:${line + 1}:${column + 1})\n`);
    const shown = execFileSync(
      'sh',
      ['-c', `node_modules/.bin/node bin/trace.ts ${NAME} --maps ${folder}/maps < ${trace}`],
      {
        encoding: 'utf8',
      },
    );
    const [, source = '', at = '0'] = /at f \((\S+?):(\d+):\d+\)/.exec(shown) ?? [];
    expect(source).toBe('lib/process/config.ts');
    expect(textOf(source).split('\n')[Number(at) - 1]).toContain('TABLE_NAME');
  });
});
