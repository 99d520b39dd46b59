import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as z from 'zod';
import type { Emulator } from './emulator.ts';
import { succeed } from './processes.ts';

const WITHIN_MS = 60_000;

/** The commands of docs/deploy.md that the platform team runs in a terminal. */
export type Office = {
  /** Runs `npm run admin` and returns its JSON output. */
  admin: (...args: string[]) => Promise<Record<string, unknown>>;
  /** Creates a brand with its products and an API key. Returns the text of the key. */
  openBrand: (brand: { name: string; slug: string; prefix: string; products: readonly string[] }) => Promise<string>;
};

const Key = z.object({ api_key: z.string() });

/** Creates the first key by the command in the outputs of the service stack, because no route can create it. */
export async function firstKey(emulator: Emulator, folder: string, root: string, command: string): Promise<string> {
  assert.equal(command, 'npm run admin -- create-platform-key --stage e2e');
  return Key.parse(await admin(emulator, folder, root, ['create-platform-key', '--stage', 'e2e'])).api_key;
}

export function openOffice(
  emulator: Emulator,
  folder: string,
  root: string,
  { url, apiKey }: { url: string; apiKey: string },
): Office {
  const withKey = { ...emulator, env: { ...emulator.env, CLS_API_KEY: apiKey } };
  const office: Office = {
    admin: (...args) => admin(withKey, folder, root, [...args, '--url', url]),
    async openBrand({ name, slug, prefix, products }) {
      await office.admin('brand', 'create', '--name', name, '--slug', slug, '--key-prefix', prefix);
      for (const product of products)
        await office.admin('product', 'create', '--brand', slug, '--name', product, '--slug', product);
      return Key.parse(await office.admin('api-key', 'create', '--brand', slug, '--name', 'Shop')).api_key;
    },
  };
  return office;
}

async function admin(
  { env }: Emulator,
  folder: string,
  root: string,
  args: readonly string[],
): Promise<Record<string, unknown>> {
  // A separate log file, because the output contains a key.
  const log = join(folder, 'admin.log');
  const all = ['run', '--silent', 'admin', '--', ...args, '--json'];
  const output = await succeed({
    what: `npm run admin -- ${args.join(' ')}`,
    program: 'npm',
    args: all,
    env,
    cwd: root,
    log,
    withinMs: WITHIN_MS,
  });
  const json = /^\{[\s\S]*?^\}/m.exec(output)?.[0];
  if (json === undefined) throw new Error(`npm run admin -- ${args.join(' ')} printed no JSON`);
  return JSON.parse(json) as Record<string, unknown>;
}
