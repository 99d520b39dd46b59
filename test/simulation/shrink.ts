import { runSeed, type SeedOptions, type SeedRun } from './traffic.ts';
import type { Bench } from './tasks.ts';

/** Fewer calls, fewer kinds of faults and fewer clients, as long as the seed still breaks a promise. */
export async function shrinkSeed(
  { evaluate, furnished }: Bench,
  failing: SeedOptions,
): Promise<{ options: SeedOptions; run: SeedRun }> {
  let options = failing;
  let run = await runSeed(evaluate, furnished, failing);
  const tryOn = async (smaller: SeedOptions): Promise<boolean> => {
    const tried = await runSeed(evaluate, furnished, smaller).catch(() => undefined);
    if (tried === undefined || tried.promises.length === 0) return false;
    [options, run] = [smaller, tried];
    return true;
  };
  for (let step = Math.floor(options.mostCalls / 2); step >= 1;)
    if (step >= options.mostCalls || !(await tryOn({ ...options, mostCalls: options.mostCalls - step })))
      step = Math.floor(step / 2);
  for (const fault of options.faults)
    await tryOn({ ...options, faults: options.faults.filter((other) => other !== fault) });
  while (options.clients > 1 && (await tryOn({ ...options, clients: options.clients - 1 })));
  return { options, run };
}
