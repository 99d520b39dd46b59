import type { Node } from 'constructs';
import { findConcurrencyProblem } from './concurrency.ts';
import { readOverlay } from './overlay.ts';
import { findStage, type NamedStage, type Stage } from './stages.ts';

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
    if (named.kind === 'unknown') return named;
    const problem =
      findConcurrencyProblem(named.stage) ??
      (given('requires-protect') === 'true' ? findProtectProblem(named.stage) : undefined);
    return problem === undefined ? named : { kind: 'unknown', problem };
  } catch (error) {
    return { kind: 'unknown', problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The pipeline deploys prod only when it is protected: one that is not is deployed by hand, once (docs/deploy.md). */
function findProtectProblem({ name, protect }: Stage): string | undefined {
  if (protect) return undefined;
  return (
    `Stage ${name} is not protected, so the pipeline does not deploy it: after its first deploy by hand, run ` +
    `npm run admin -- protect --stage ${name}, and set protect: true in infra/stages.ts.`
  );
}
