import type { Rule, RuleContext } from '../../../lib/audit/rule.ts';
import type { Key } from '../../../lib/dynamo/schema.ts';
import type { Item } from '../../../lib/dynamo/table.ts';

/** The faults that a rule found in an item, and the other items that it looked at. */
type Found = { faults: readonly string[]; looked: readonly (readonly [Key, Item | undefined])[] };

/**
 * The rule, which judges an item only once as long as all that it looks at is the same. Worlds share most of their
 * items, and an item never changes: a write puts another one in its place. What depends on time is judged each time.
 */
export function remember(rule: Rule): Rule {
  const known = new WeakMap<Item, Found>();
  return {
    ...rule,
    faults(stored, look, ctx) {
      const found = known.get(stored.item);
      if (found?.looked.every(([key, item]) => look(key) === item) === true) return found.faults;
      const looked: [Key, Item | undefined][] = [];
      const timed = watchTime(ctx);
      const seen = (key: Key): Item | undefined => {
        const item = look(key);
        looked.push([key, item]);
        return item;
      };
      const faults = rule.faults(stored, seen, timed.ctx);
      if (!timed.wasAsked()) known.set(stored.item, { faults, looked });
      return faults;
    },
  };
}

/** Notes whether a rule asks for the time. */
function watchTime(ctx: RuleContext): { ctx: RuleContext; wasAsked: () => boolean } {
  let wasAsked = false;
  const watched = Object.defineProperty({ ...ctx }, 'nowMs', {
    get: () => {
      wasAsked = true;
      return ctx.nowMs;
    },
  });
  return { ctx: watched, wasAsked: () => wasAsked };
}
