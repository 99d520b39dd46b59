import type { Node } from 'constructs';
import { findConcurrencyProblem } from './concurrency.ts';
import { readOverlay } from './overlay.ts';
import { findStage, type NamedStage } from './stages.ts';

/** Finds the stage that `-c stage=`, `-c account=`, `-c region=` and `-c settings=FILE` describe. */
export function readNamedStage(node: Node): NamedStage {
  const given = (name: string): unknown => node.tryGetContext(name);
  try {
    const context = { stage: given('stage'), account: given('account'), region: given('region') };
    const named = findStage(context, readOverlay(given('settings')));
    const problem = named.kind === 'stage' ? findConcurrencyProblem(named.stage) : undefined;
    return problem === undefined ? named : { kind: 'unknown', problem };
  } catch (error) {
    return { kind: 'unknown', problem: error instanceof Error ? error.message : String(error) };
  }
}
