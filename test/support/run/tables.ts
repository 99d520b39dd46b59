import type { Engine, EngineName } from '../../../local/engine.ts';
import { announceEngineEndpoint } from './engine-endpoint.ts';

export type TestTable = { endpoint: string; tableName: string };

/** Tables that the running test file has made; each file has its own copy of this module. */
export const tablesOfThisFile: TestTable[] = [];

let engine: Engine | undefined;

/** From here on, this test file uses its own engine, which ends with the file: the given one if it can run here. */
export async function startEngineOfThisFile(prefer: EngineName): Promise<Engine> {
  engine ??= await (await import('../../../local/engine.ts')).startEngine({ prefer });
  announceEngineEndpoint(engine.endpoint);
  return engine;
}

export async function stopEngineOfThisFile(): Promise<void> {
  await engine?.stop();
}
