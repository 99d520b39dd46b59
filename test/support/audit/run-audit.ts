import { auditSegment, auditSums, openTally, type Tally } from '../../../lib/audit/audit.ts';
import { auditRules } from '../../../lib/audit/rules.ts';
import { HOUR_MS } from '../../../lib/domain/time.ts';
import type { Source } from '../../../lib/audit/source.ts';
import type { Vault } from '../../../lib/process/vault.ts';

/** Audits a source in three segments, with secrets opened if a vault is given. */
export async function runAudit(source: Source, vault?: Vault, segments = 3): Promise<Tally> {
  const tally = openTally();
  const audit = {
    source,
    rules: auditRules,
    // An erasure has an hour to be finished.
    context: () => ({ nowMs: Date.now() + 2 * HOUR_MS, vault }),
    pausesMs: [0, 0],
  };
  for (let segment = 0; segment < segments; segment += 1) await auditSegment(audit, segment, segments, tally);
  await auditSums(audit, tally);
  return tally;
}
