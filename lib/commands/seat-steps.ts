import type { License } from '../domain/license.ts';
import { nextVersion } from '../domain/next-version.ts';
import type { Activation } from '../domain/seats.ts';
import type { EventType } from '../events/catalog.ts';
import { journalledActivation } from '../table/activations.ts';
import { difference, journalWrite, type Author } from '../table/journal.ts';
import { pickLicenseFields, putChangedLicense } from '../table/licenses.ts';
import type { Retry } from '../dynamo/outcome.ts';
import type { Write } from '../dynamo/transact.ts';

/**
 * One change of a license, with the journal entry that it gets. A call can make several in one transaction: a swap
 * frees one seat and takes another.
 */
export type SeatStep = {
  event: EventType;
  /** The license after this step, before `seq` and `updated_at` are set. */
  license: License;
  /** The activation that the entry shows. */
  shown?: { before: Activation | undefined; after: Activation };
  /** The writes of activations. `license` is the one after all steps. */
  writes: (license: License) => Write<Retry>[];
};

/** The license after all steps, each with a number of its own. */
export type PlannedSteps = { license: License; writes: Write<Retry>[] };

/**
 * Numbers the steps and builds their writes. The activations' guards come before the license's: when both fail, an
 * instance was changed, and the next try has to read everything again.
 */
export function planSteps(
  author: Author,
  previous: License,
  steps: readonly SeatStep[],
  { reason, lost }: { reason?: string | undefined; lost: (present: License | undefined) => Retry },
): PlannedSteps {
  let license = previous;
  const journal: Write<never>[] = [];
  for (const step of steps) {
    const { seq, updated_at } = license;
    const next = nextVersion({ ...step.license, seq, updated_at }, author.nowMs);
    journal.push(entryOf(author, license, next, step, reason));
    license = next;
  }
  const changed = steps.flatMap(({ writes }) => writes(license));
  return {
    license,
    writes: [...changed, putChangedLicense(author.brand, license, lost, previous.seq), ...journal],
  };
}

function entryOf(
  author: Author,
  before: License,
  after: License,
  { event, shown }: SeatStep,
  reason: string | undefined,
): Write<never> {
  const changed = difference(pickLicenseFields(before), pickLicenseFields(after));
  const activation = (one: Activation | undefined) =>
    shown ? { activation: one ? journalledActivation(one) : null } : {};
  return journalWrite(author, {
    type: event,
    entity: { type: 'license', id: after.id },
    seq: after.seq,
    reason,
    notBefore: before.updated_at,
    before: { ...changed.before, ...activation(shown?.before) },
    after: { ...changed.after, ...activation(shown?.after) },
    license: pickLicenseFields(after),
  });
}
