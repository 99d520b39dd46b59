import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The address and keys with which a script uses this service. */
export const Credentials = z.object({
  base_url: z.string(),
  admin_api_key: z.string(),
  /** The public halves of the root keys of proofs, which a client pins: the one in use, and the spare. */
  root_keys: z.array(z.string()),
  /** The people who can sign in to the console. `brand` is null for the platform team. */
  people: z
    .array(z.object({ name: z.string(), email: z.string(), role: z.string(), brand: z.nullable(z.string()) }))
    .default([]),
  brands: z.array(
    z.object({
      slug: z.string(),
      api_key: z.string(),
      products: z.array(z.object({ id: z.string(), slug: z.string() })),
    }),
  ),
});
export type Credentials = z.infer<typeof Credentials>;

export const credentialsFile = (localDir: string): string => join(localDir, 'credentials.json');

/** The credentials of an earlier start; undefined when there are none that can be read. */
export function readCredentials(localDir: string): Credentials | undefined {
  try {
    return Credentials.parse(JSON.parse(readFileSync(credentialsFile(localDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the file in one step, so that nobody reads half of it. */
export function writeCredentials(localDir: string, credentials: Credentials): void {
  const file = credentialsFile(localDir);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
