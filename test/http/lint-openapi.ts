import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routes } from '../../lib/api/routes.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';

// Lints the document as callers' own tools do. The linters are 240 packages, so they are fetched for this alone; where
// they cannot be fetched, one loud line says so.

const folder = mkdtempSync(join(tmpdir(), 'license-service-openapi-'));
const file = join(folder, 'openapi.json');
const rules = join(folder, 'spectral.yaml');
const LINTERS = [
  { name: 'Redocly', package: '@redocly/cli@2.77.0', command: 'redocly', lint: ['lint', file] },
  {
    name: 'Spectral',
    package: '@stoplight/spectral-cli@6.16.3',
    command: 'spectral',
    lint: ['lint', file, '--ruleset', rules, '--fail-severity', 'error'],
  },
] as const;

function run({ package: of, command }: (typeof LINTERS)[number], args: readonly string[]) {
  const all = ['exec', '--yes', '--ignore-scripts', `--package=${of}`, '--', command, ...args];
  return spawnSync('npm', all, { cwd: folder, encoding: 'utf8' });
}

writeFileSync(file, JSON.stringify(buildOpenApi(routes, { serverUrl: 'https://licenses.example.com' })));
writeFileSync(rules, 'extends: ["spectral:oas"]\n');
for (const linter of LINTERS) {
  if (run(linter, ['--version']).status !== 0) {
    console.log(`${linter.name.toUpperCase()} LEFT OUT: the registry does not give ${linter.package}`);
    continue;
  }
  const { status, stdout, stderr } = run(linter, linter.lint);
  if (status === 0) console.log(`${linter.name}: no errors`);
  else {
    console.log(stdout, stderr);
    process.exitCode = 1;
  }
}
rmSync(folder, { recursive: true });
