import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import tseslint from 'typescript-eslint';

// A process of its own: ESLint loads its configuration as an ES module, which jest's sandbox cannot. Reads snippets and
// writes the linter's messages for each.
const root = join(import.meta.dirname, '../../..');
// Snippets are not files on disk, so their types are unknown; the rules tested here need no types.
const linter = new ESLint({
  cwd: root,
  overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
});
const snippets = JSON.parse(await text(process.stdin)) as { path: string; source: string }[];
const findings = await Promise.all(
  snippets.map(async ({ path, source }) => {
    const [result] = await linter.lintText(source, { filePath: join(root, path) });
    return (result?.messages ?? [])
      .filter(({ ruleId }) => ruleId !== '@typescript-eslint/no-unused-vars')
      .map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`);
  }),
);
process.stdout.write(JSON.stringify(findings));
