import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { readCredentials, type Credentials } from '../../../local/credentials.ts';
import { startedBefore } from '../run/started-before.ts';
import { localStart, QUICK_ENGINE, type LocalStart } from './local-start.ts';
import { runAdmin, type AdminRun } from './run-admin.ts';

/** A service on this machine, in a folder of its own. */
export type StartedLocally = {
  baseUrl: string;
  localDir: string;
  /** The keys that the service has written for scripts. */
  credentials: Credentials;
  output: () => string;
  /** Runs the admin command against it. */
  admin: (...args: string[]) => Promise<AdminRun>;
};

/** Starts such a service for the tests of a file, and ends it after them. */
export function useLocalStart(): StartedLocally {
  const localDir = mkdtempSync(join(tmpdir(), 'local-start-'));
  let started: LocalStart | undefined;
  afterAll(async () => {
    await started?.signal('SIGTERM', 'group');
    rmSync(localDir, { recursive: true });
  });
  return startedBefore(async () => {
    started = localStart('node', localDir, QUICK_ENGINE);
    const baseUrl = await started.ready();
    const credentials = readCredentials(localDir);
    if (credentials === undefined) throw new Error('the service has written no credentials');
    const admin = (...args: string[]): Promise<AdminRun> => runAdmin([...args, '--local', '--local-dir', localDir]);
    return { baseUrl, localDir, credentials, output: started.output, admin };
  });
}
