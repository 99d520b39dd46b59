import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { run, type Environment } from './processes.ts';
import { LeftOut, type Note } from './report.ts';

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const WITHIN_MS = 240_000;
const MAKES_WITHIN_MS = 60_000;

/** pip's messages when nothing answers, rather than for a missing version, a wrong hash or a full disk. */
const UNREACHABLE = /from versions: none\)|connection broken by|Could not fetch URL|Network is unreachable/;

/** The environment of pip and git: proxies, mirrors and certificates, but no credentials of AWS. */
const OF_THE_NETWORK = /^(?:https?_proxy|no_proxy|pip_.*|ssl_cert_(?:file|dir)|requests_ca_bundle)$/i;

/**
 * Installs the emulator by hash into a virtual environment under `folder`, which later runs reuse.
 * @returns the Python of that environment
 * @throws LeftOut if Python, openssl or a connection to PyPI is missing
 */
export async function installEmulator(folder: string, note: Note): Promise<string> {
  const stamp = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex');
  const venv = join(folder, 'venv');
  const python = join(venv, 'bin/python');
  const stampFile = join(venv, 'installed');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return python;
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const log = join(folder, 'install.log');
  const env: Environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? folder,
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => OF_THE_NETWORK.test(name))),
  };
  // The emulator creates its certificate with openssl.
  await needs('openssl', ['version'], { env, log });
  await needs('python3', ['-m', 'venv', venv], { env, log });
  const { code, output } = await run({
    what: 'the installation of the emulator',
    program: join(venv, 'bin/pip'),
    args: [
      'install',
      '--disable-pip-version-check',
      '--no-input',
      '--retries',
      '2',
      '--timeout',
      '20',
      '--require-hashes',
      '-r',
      REQUIREMENTS,
    ],
    env,
    log,
    withinMs: WITHIN_MS,
    note,
  });
  if (code !== 0 && UNREACHABLE.test(output))
    throw new LeftOut('PyPI cannot be reached, from which the emulator of AWS comes');
  if (code !== 0) throw new Error(`the emulator cannot be installed:\n${output.trim()}`);
  writeFileSync(stampFile, stamp);
  return python;
}

async function needs(
  program: string,
  args: readonly string[],
  { env, log }: { env: Environment; log: string },
): Promise<void> {
  const task = { what: program, program, args, env, log, withinMs: MAKES_WITHIN_MS };
  const { code, output } = await run(task).catch((cause: unknown) => {
    throw new LeftOut(`there is no ${program} to be run`, { cause });
  });
  if (code !== 0)
    throw new LeftOut(
      `${program} ${args[0] ?? ''} ${args[1] ?? ''} ends with ${code}: ${output.trim().split('\n').at(-1) ?? ''}`,
    );
}
