import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine, type Engine } from '../../../local/engine.ts';
import { announceEngineEndpoint } from './engine-endpoint.ts';
import { announceRunFolder } from './run-folder.ts';

declare global {
  // Set-up and tear-down are two modules of one process; jest lets them share nothing else.
  var engineOfThisRun: Engine | undefined;
}

export default async function startEngineOfThisRun(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'license-service-tests-'));
  announceRunFolder(folder);
  // The service and the command line are started many times a run: Node caches their compiled code.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled');
  globalThis.engineOfThisRun = await startEngine();
  announceEngineEndpoint(globalThis.engineOfThisRun.endpoint);
  // Every other engine lives for one test file: Java's second compiler would cost more than it saves.
  process.env['JAVA_TOOL_OPTIONS'] = '-XX:TieredStopAtLevel=1';
}
