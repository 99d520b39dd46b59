import type { Engine } from '../../../local/engine.ts';
import { announceEngineEndpoint } from './engine-endpoint.ts';

export type TestTable = { endpoint: string; tableName: string };

/** Tables that the running test file has made; each file has its own copy of this module. */
export const tablesOfThisFile: TestTable[] = [];

let engine: Engine | undefined;

/** From here on, this test file uses its own engine, which ends with the file. */
export async function startEngineOfThisFile(): Promise<Engine> {
  engine ??= await (await import('../../../local/engine.ts')).startEngine();
  announceEngineEndpoint(engine.endpoint);
  return engine;
}

export async function stopEngineOfThisFile(): Promise<void> {
  await engine?.stop();
}
