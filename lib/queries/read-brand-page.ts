import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { OwnerContext } from '../context.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Answer } from '../table/once.ts';
import { openCursor, sealCursor } from './cursor.ts';

/**
 * One page of a list that a brand, or the platform team, has. The brand's own route and the team's are two lists, each
 * with its own cursors.
 */
export async function readBrandPage<T>(
  ctx: OwnerContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  list: string,
  read: (page: {
    limit: number;
    after: Key | undefined;
  }) => Promise<{ body: (next_cursor: string | null) => T; last: Key | undefined }>,
): Promise<Answer<T> | Refusal> {
  const listContext = { vault: ctx.vault, owner: ctx.owner, list: `${list} to ${ctx.actor.type}`, filters: {} };
  const after = openCursor(listContext, cursor);
  if (isRefusal(after)) return after;
  const { body, last } = await read({ limit, after });
  return { body: body(sealCursor(listContext, last)) };
}
