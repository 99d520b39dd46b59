import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { runFolder } from './run-folder.ts';

export default async function stopEngineOfThisRun(): Promise<void> {
  await globalThis.engineOfThisRun?.stop();
  const templates = globalThis.templatesOfThisRun;
  if (templates?.kill() === true) await once(templates, 'exit');
  rmSync(runFolder(), { recursive: true });
}
