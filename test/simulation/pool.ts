import { Worker } from 'node:worker_threads';
import type { Done, Task } from './tasks.ts';

/**
 * Works off tasks with several workers. `next` gives a free worker its next task, or none when all is given out.
 * The result of a task does not depend on the worker, nor on what the worker did before.
 */
export async function runTasks(
  workers: number,
  next: () => Task | undefined,
  onDone: (done: Done) => void,
): Promise<void> {
  await Promise.all(Array.from({ length: workers }, () => runWorker(next, onDone)));
}

type Report = { isReady?: true; done?: Done; failed?: string };

/** Most of what a world makes is garbage soon: with more room it is collected at once, and not copied. */
const YOUNG_MB = 64;

async function runWorker(next: () => Task | undefined, onDone: (done: Done) => void): Promise<void> {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { resourceLimits });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', ({ done, failed }: Report) => {
        if (failed !== undefined) {
          reject(new Error(failed));
          return;
        }
        if (done !== undefined) onDone(done);
        const task = next();
        if (task === undefined) resolve();
        else worker.postMessage(task);
      });
    });
  } finally {
    await worker.terminate();
  }
}
