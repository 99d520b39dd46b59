import { startEngine, type Engine } from '../../../local/engine.ts';
import { announceEngineEndpoint } from './engine-endpoint.ts';

/** Tables that the running test file has made; each file has its own copy of this module. */
export const tablesOfThisFile: { endpoint: string; tableName: string }[] = [];

let engine: Engine | undefined;

/** From here on, this test file uses its own engine, which ends with the file. */
export async function startEngineOfThisFile(): Promise<Engine> {
  engine ??= await startEngine();
  announceEngineEndpoint(engine.endpoint);
  return engine;
}

export async function stopEngineOfThisFile(): Promise<void> {
  await engine?.stop();
}
