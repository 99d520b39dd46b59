import type { LicenseAction, RefusalFacts } from '../domain/refusal.ts';

const PARTICIPLES = {
  renew: 'renewed',
  suspend: 'suspended',
  resume: 'resumed',
  change: 'changed',
  transfer: 'transferred',
} as const satisfies Record<LicenseAction, string>;

const addArticle = (status: string): string => `${/^[aeiou]/.test(status) ? 'An' : 'A'} ${status}`;

/** The way on from a status that forbids an action. */
const NEXT_STEPS = {
  cancelled: 'Create a new license if one is needed.',
  expired: 'Renew it instead.',
  suspended: 'Resume it first.',
  valid: 'Read the license again, and check its status.',
} as const satisfies Record<RefusalFacts['illegal_transition']['from'], string>;

export const notInThisStatus = ({ from, action }: RefusalFacts['illegal_transition']): string =>
  `${addArticle(from)} license cannot be ${PARTICIPLES[action]}. ${NEXT_STEPS[from]}`;
