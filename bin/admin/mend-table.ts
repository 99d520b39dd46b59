import { mendLicense, type Mended } from '../../lib/commands/mend-license.ts';
import { auditSegment, openTally, PAUSES_MS } from '../../lib/audit/audit.ts';
import type { Violation } from '../../lib/audit/rule.ts';
import { auditRules } from '../../lib/audit/rules.ts';
import { openTableSource } from '../../lib/audit/table-source.ts';
import { redact } from '../../lib/domain/redact.ts';
import { getMany, type Table } from '../../lib/dynamo/table.ts';
import { now } from '../../lib/process/clock.ts';
import { randomUuid } from '../../lib/process/random.ts';
import { deadline } from '../../lib/process/timers.ts';
import { keys } from '../../lib/table/keys.ts';
import { parseLicenseAddress } from '../../lib/table/licenses.ts';
import type { Environment } from '../environment.ts';
import { openArchive, openPlainWire, openWire } from '../redrive/wire.ts';

const STEP_MS = 30_000;

export type MendedTable = {
  /** Broken promises before. */
  violations: number;
  /** The licenses that they were about, by their outcome. */
  licenses: Record<Mended, number>;
  /** Broken promises that a person has to look at, and licenses that could not be mended, with the error. */
  left: Pick<Violation, 'rule' | 'what' | 'pk' | 'sk'>[];
};

type Reading = { segments: number; onProgress: (line: string) => void };

/** Reads the whole table, mends each license that a broken promise is about, and reads the table again. */
export async function mendTable(environment: Environment, reading: Reading): Promise<MendedTable> {
  const wire = openPlainWire(environment);
  const mending = openWire(environment);
  const tableName = environment['TABLE_NAME'] ?? '';
  const open = (...owners: string[]): Table => ({ wire, name: tableName, owners, signal: deadline(STEP_MS) });
  const audit = {
    source: openTableSource(wire.client, tableName, (owner) => open(owner), openArchive(environment)),
    rules: auditRules,
    context: () => ({ nowMs: now(), vault: undefined }),
    pausesMs: PAUSES_MS,
  };
  const found = await readViolations(audit, reading);
  const licenses = await findLicenses(open, found);
  const became: Record<Mended, number> = { whole: 0, mended: 0, gone: 0 };
  const failed: MendedTable['left'] = [];
  for (const { brand, anchor } of licenses) {
    const ctx = { requestId: randomUuid(), nowMs: now(), table: { ...open(brand), wire: mending } };
    try {
      became[await mendLicense(ctx, brand, anchor)] += 1;
    } catch (error) {
      failed.push({ rule: 'mend-failed', what: textOf(error), ...keys.license(brand, anchor) });
    }
  }
  const left = licenses.length === 0 ? found : await readViolations(audit, reading);
  wire.client.destroy();
  mending.client.destroy();
  return {
    violations: found.length,
    licenses: became,
    left: [...failed, ...left.map(({ rule, what, pk, sk }) => ({ rule, what, pk, sk }))],
  };
}

const textOf = (error: unknown): string => redact(error instanceof Error ? error.message : String(error));

async function readViolations(
  audit: Parameters<typeof auditSegment>[0],
  { segments, onProgress }: Reading,
): Promise<Violation[]> {
  const tally = openTally();
  for (let segment = 0; segment < segments; segment += 1) {
    await auditSegment(audit, segment, segments, tally);
    onProgress(`segment ${segment + 1} of ${segments}  ${tally.items} items  ${tally.violations.length} violations`);
  }
  return tally.violations;
}

type LicenseAt = { brand: string; anchor: string };

/** The licenses that violations are about, by the partition of their seats or by that of their history. */
async function findLicenses(open: (owner: string) => Table, violations: readonly Violation[]): Promise<LicenseAt[]> {
  const found = new Map<string, LicenseAt>();
  for (const { pk } of violations) {
    const [brand = '', kind, id = ''] = pk.split('#');
    const anchor = kind === 'seats' ? id : kind === 'id' ? await readAnchor(open(brand), brand, id) : undefined;
    if (anchor !== undefined) found.set(`${brand}#${anchor}`, { brand, anchor });
  }
  return [...found.values()];
}

async function readAnchor(table: Table, brand: string, id: string): Promise<string | undefined> {
  const [item] = await getMany(table, [keys.address(brand, id)]);
  return parseLicenseAddress(item)?.anchor;
}
