import * as z from 'zod';
import { streamArn } from './second-region-settings.ts';

const vaultArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:backup:[a-z0-9-]+:\d{12}:backup-vault:[\w-]{2,50}$/,
    'must be the ARN of a vault of AWS Backup',
  );
const years = z.int().min(1).max(30);

/** A monthly backup of the table. */
const backup = z.strictObject({
  /** Each is kept so long. */
  years,
  /** Vaults of other accounts and regions, which get a copy of each. Their policies must allow it. */
  copyTo: z.array(vaultArn).default([]),
  /**
   * Nobody shortens the time of a backup below so many days. Once `changeableForDays` are over, not even the account's
   * root user removes this lock; left out, an administrator may.
   */
  lock: z
    .strictObject({ minimumDays: z.int().min(1).max(366), changeableForDays: z.int().min(3).optional() })
    .optional(),
});
export type BackupSettings = z.output<typeof backup>;

/** Each day's changes in a bucket that keeps them for so many years. */
const journalExport = z.strictObject({
  years,
  /** In `compliance` nobody can delete an object, so an erasure can never reach it. */
  mode: z.enum(['governance', 'compliance']).default('governance'),
});
export type JournalExportSettings = z.output<typeof journalExport>;

/** The settings by which a stage survives a lost table. All are off unless they are given. */
export const recoverySettings = {
  /**
   * A restored table, which all functions, jobs and alarms use instead of the one that the data stack made. That one
   * stays as it is. `npm run admin -- prepare-table` prints this setting (docs/recovery.md).
   */
  tableInUse: z.strictObject({ streamArn }).optional(),
  backup: backup.optional(),
  journalExport: journalExport.optional(),
};
