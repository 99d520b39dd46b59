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

/** A worker keeps some of the memory of each world, so another one takes its place after so many tasks. */
const TASKS_EACH = 50;
const MOST_MB = 8_192;

async function runWorker(next: () => Task | undefined, onDone: (done: Done) => void): Promise<void> {
  while (await runSome(next, onDone));
}

/** Resolves to false when all tasks are given out. */
async function runSome(next: () => Task | undefined, onDone: (done: Done) => void): Promise<boolean> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: MOST_MB },
  });
  let given = 0;
  try {
    return await new Promise<boolean>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', ({ done, failed }: Report) => {
        if (failed !== undefined) {
          reject(new Error(failed));
          return;
        }
        if (done !== undefined) onDone(done);
        if (given === TASKS_EACH) {
          resolve(true);
          return;
        }
        const task = next();
        given += 1;
        if (task === undefined) resolve(false);
        else worker.postMessage(task);
      });
    });
  } finally {
    await worker.terminate();
  }
}
