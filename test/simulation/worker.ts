import { parentPort } from 'node:worker_threads';
import { openBench, runTask, type Task } from './tasks.ts';

/** Works on one task after the other, and asks for the next one by answering. */
const bench = await openBench();
parentPort?.on('message', (task: Task) => {
  runTask(bench, task).then(
    (done) => parentPort?.postMessage({ done }),
    (error: unknown) => parentPort?.postMessage({ failed: error instanceof Error ? error.stack : String(error) }),
  );
});
parentPort?.postMessage({ isReady: true });
