import type { Node } from 'constructs';
import { findConcurrencyProblem } from './concurrency.ts';
import { readOverlay } from './overlay.ts';
import { findStage, type NamedStage } from './stages.ts';

/** Finds the stage that `-c stage=`, `-c account=`, `-c region=`, `-c settings=FILE` and `-c protect=true` describe. */
export function readNamedStage(node: Node): NamedStage {
  const given = (name: string): string | undefined => {
    const value: unknown = node.tryGetContext(name);
    return typeof value === 'string' ? value : undefined;
  };
  try {
    const context = { stage: given('stage'), account: given('account'), region: given('region') };
    const protect = given('protect') === 'true' ? { protect: true } : {};
    const named = findStage(context, { ...readOverlay(given('settings')), ...protect });
    const problem = named.kind === 'stage' ? findConcurrencyProblem(named.stage) : undefined;
    return problem === undefined ? named : { kind: 'unknown', problem };
  } catch (error) {
    return { kind: 'unknown', problem: error instanceof Error ? error.message : String(error) };
  }
}
