import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { Context } from '../context.ts';
import type { Answer } from '../table/once.ts';
import type { Endpoint } from '../api/route.ts';
import type { Binding } from './binding.ts';

/** Binds a route whose answer is a text of another type than JSON, which others may keep for some seconds. */
export function bindText(
  route: Endpoint & { auth: 'none' },
  { contentType, maxAgeS }: { contentType: string; maxAgeS: number },
  verb: (ctx: Context) => Promise<Answer<string> | Refusal>,
): Binding {
  return {
    route,
    async run(ctx) {
      const answer = await verb(ctx);
      if (isRefusal(answer)) return answer;
      const headers = { 'cache-control': `public, max-age=${maxAgeS}` };
      return { kind: 'page', status: 200, page: answer.body, contentType, headers };
    },
  };
}
