import { activationView } from '../views/activation-view.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { BrandContext } from '../context.ts';
import type { ActivationEntry, RefusedCallEntry } from '../api/schemas/activation.ts';
import type { ActivationsPage } from '../api/activations.ts';
import { readActivations } from '../table/activation-lists.ts';
import { licenseById } from '../views/license-view.ts';
import type { Answer } from '../table/once.ts';
import { readRefusedCalls } from '../table/refused-calls.ts';
import { openCursor, sealCursor } from './cursor.ts';

/**
 * Lists the instances on which a license is or was active. The first page also shows the calls that were refused
 * lately.
 */
export async function listActivations(
  ctx: BrandContext,
  input: ActivationsPage,
): Promise<
  Answer<{ activations: ActivationEntry[]; next_cursor: string | null; refused_calls?: RefusedCallEntry[] }> | Refusal
> {
  const { limit, cursor, ...filters } = input;
  const { license_id, status: wanted } = filters;
  const list = { vault: ctx.vault, owner: ctx.brand.key_prefix, list: 'activations', filters };
  const after = openCursor(list, cursor);
  if (isRefusal(after)) return after;
  const view = await licenseById(ctx, license_id);
  if (isRefusal(view)) return view;
  const brand = ctx.brand.key_prefix;
  const [{ activations, last }, refused_calls] = await Promise.all([
    readActivations(ctx.table, brand, view.license, { limit, after }),
    after === undefined ? readRefusedCalls(ctx.table, brand, view.license, ctx.nowMs) : undefined,
  ]);
  const fitting = activations.filter(({ status }) => wanted === undefined || status === wanted);
  return {
    body: {
      activations: fitting.map(activationView),
      next_cursor: sealCursor(list, last),
      ...(refused_calls ? { refused_calls } : {}),
    },
  };
}
