import { rmSync } from 'node:fs';
import { runFolder } from './run-folder.ts';

export default async function stopEngineOfThisRun(): Promise<void> {
  await globalThis.engineOfThisRun?.stop();
  rmSync(runFolder(), { recursive: true });
}
