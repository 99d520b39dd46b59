import { parseCountMark } from '../../table/counts.ts';
import { countKeys, keys } from '../../table/keys.ts';
import { parseLicenseItem } from '../../table/licenses.ts';
import { faultIf, type Rule } from '../rule.ts';

const RECOUNT = 'If events wait, wait (docs/runbook.md). Else make the counters again: npm run recount.';

/** The one promise about sums over the whole table; `lib/audit/counters.ts` judges it. */
export const countersRule: Rule = {
  name: 'counters-sum',
  promise: 'The counters of every brand are the sums of what is counted of its licenses.',
  repair: 'Make the counters again: npm run recount.',
  on: [],
  faults: () => [],
};

export const counterRules: readonly Rule[] = [
  {
    name: 'license-counted',
    promise: 'The counters of its brand contain every license as it is.',
    repair: RECOUNT,
    on: ['license'],
    faults({ owner, item }, look) {
      const generations = look(countKeys.generations(owner));
      if (generations === undefined) return [];
      const license = parseLicenseItem(item);
      const { seq, state } = parseCountMark(look(countKeys.mark(owner, license.id, Number(generations['shown']))));
      if (seq !== license.seq) return [`change ${String(license.seq)} of it is not counted, only ${String(seq)}`];
      const status = state.status === 'expired' ? 'valid' : state.status;
      return [
        ...faultIf(status !== license.status, `it is counted as ${String(state.status)}`),
        ...faultIf(state.seats_used !== license.seats_used, `${String(state.seats_used)} seats of it are counted`),
        ...faultIf(state.product_id !== license.product.id, 'it is counted for another product'),
      ];
    },
  },
  {
    name: 'counted-exists',
    promise: 'The counters contain no license that does not exist.',
    repair: RECOUNT,
    on: ['mark'],
    faults({ owner, name, sk, item }, look) {
      const generations = look(countKeys.generations(owner));
      if (sk !== `mark#${String(generations?.['shown'])}` || parseCountMark(item).state.status === null) return [];
      return faultIf(look(keys.address(owner, name)) === undefined, 'its license does not exist');
    },
  },
  countersRule,
];
