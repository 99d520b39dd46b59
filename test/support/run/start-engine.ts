import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type Engine } from '../../../local/engine.ts';
import { announceEngineEndpoint } from './engine-endpoint.ts';
import { announceRunFolder, startOnce } from './run-folder.ts';

declare global {
  // Set-up and tear-down are two modules of one process; jest lets them share nothing else.
  var engineOfThisRun: Engine | undefined;
  var templatesOfThisRun: ChildProcess | undefined;
}

export default async function startEngineOfThisRun({ nonFlagArgs }: { nonFlagArgs: readonly string[] }): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'license-service-tests-'));
  announceRunFolder(folder);
  // The service and the command line are started many times a run: Node caches their compiled code.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled');
  // A run of all tests needs the templates of the stages later; a run of some writes them if it needs them.
  if (nonFlagArgs.length === 0) globalThis.templatesOfThisRun = startOnce('templates', () => writeTemplates(folder));
  globalThis.engineOfThisRun = await startEngine();
  announceEngineEndpoint(globalThis.engineOfThisRun.endpoint);
  // Every other engine lives for one test file: Java's second compiler, and its check of classes that never change,
  // would cost more than they save.
  process.env['JAVA_TOOL_OPTIONS'] =
    '-XX:TieredStopAtLevel=1 -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote';
}

const writeTemplates = (folder: string): ChildProcess =>
  spawn('node_modules/.bin/node', ['test/infra/write-templates.ts', folder], {
    stdio: 'ignore',
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
