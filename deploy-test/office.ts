import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as z from 'zod';
import type { Emulator } from './emulator.ts';
import { succeed } from './processes.ts';

const WITHIN_MS = 60_000;

/** The platform team at its terminal: the commands of docs/deploy.md, run as a person would. */
export type Office = {
  /** Runs `npm run admin`, and returns what it says as JSON. */
  admin: (...args: string[]) => Promise<Record<string, unknown>>;
  /** A brand with a key of its own. Returns the key's text. */
  openBrand: (brand: { name: string; slug: string; prefix: string; products: readonly string[] }) => Promise<string>;
};

const Key = z.object({ api_key: z.string() });

/** The first key, made by the command that the service stack's output names: no route can make it. */
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
  // What it prints goes to a file of its own: a key is among it.
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
  if (json === undefined) throw new Error(`npm run admin -- ${args.join(' ')} told no JSON`);
  return JSON.parse(json) as Record<string, unknown>;
}
