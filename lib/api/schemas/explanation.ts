import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { EXPLAINED_RULES } from '../../domain/explain.ts';
import { verdictFields } from './verdict.ts';

const VerdictLink = describe(
  z.object({
    rule: describe(z.enum(EXPLAINED_RULES), 'The rule of the check'),
    holds: describe(z.boolean(), 'True when the rule lets the site go on'),
    because: describe(z.string(), 'The fact that decides the rule, as a sentence'),
  }),
  { id: 'VerdictLink', description: 'One rule of a check, and the fact that decides it' },
);

export const Explanation = describe(
  z.object({
    verdict: describe(
      z.object({ may_run: verdictFields.may_run, may_update: verdictFields.may_update, code: verdictFields.code }),
      {
        id: 'ExplainedVerdict',
        description: 'The verdict that a check gives',
      },
    ),
    chain: describe(
      z.array(VerdictLink),
      'The rules in the order in which a check applies them; rules that no longer count are left out',
    ),
  }),
  { id: 'Explanation', description: 'The verdict of a check, and the reasons for it' },
);
export type Explanation = z.infer<typeof Explanation>;
