import './start-engine.ts';

export default async function stopEngineOfThisRun(): Promise<void> {
  await globalThis.engineOfThisRun?.stop();
}
