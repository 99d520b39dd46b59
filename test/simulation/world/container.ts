import type { Chance } from '../../../bench/chaos/chance.ts';
import type { Evaluate } from './bundle.ts';
import { ReachedPast } from './current.ts';
import type { Handle, Host } from './parts.ts';

/** A cold container of one function, whose time, chance and world are its host's. */
export async function openContainer(evaluate: Evaluate, name: string, host: Host): Promise<Handle> {
  const { functions, run } = evaluate(host);
  const load = functions[name];
  if (load === undefined) throw new ReachedPast(`the function ${name}, which is not simulated`);
  const { handler } = await run(load);
  return (event, context) => run(() => handler(event, context));
}

const FINE = 2 ** 32;

/** A number from 0 to below 1. */
export const fractionOf = (chance: Chance) => (): number => chance.below(FINE) / FINE;
