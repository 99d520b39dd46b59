import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

type Before = (signal: AbortSignal | undefined) => Promise<void>;
type Read = typeof files.readFile;

const readFile = files.readFile.bind(files);

/** The files that take the place of secrets on one machine. */
const SECRETS = ['DATA_KEY_FILE', 'SIGNING_KEYS_FILE'] as const;

/**
 * Lets something happen before a secret is read, such as a fault; undefined ends it. The functions read their secrets
 * by Node's own `readFile`, so nothing of this is in them.
 */
export function interceptSecretFiles(before: Before | undefined): void {
  const intercepted = async (...[path, options]: Parameters<Read>): Promise<Buffer | string> => {
    const isSecret = SECRETS.some((name) => process.env[name] === path);
    const signal = typeof options === 'object' && options !== null && 'signal' in options ? options.signal : undefined;
    if (isSecret) await before?.(signal ?? undefined);
    return readFile(path, options);
  };
  Object.assign(files, { readFile: before === undefined ? readFile : intercepted });
  syncBuiltinESMExports();
}
