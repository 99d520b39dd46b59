import * as z from 'zod';

const streamArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]{3,255}\/stream\/[\w:.-]+$/,
    'must be the ARN of a table’s stream',
  );

/** The settings by which a stage survives a lost table. All are off unless they are given. */
export const recoverySettings = {
  /**
   * A restored table, which all functions, jobs and alarms use instead of the one that the data stack made. That one
   * stays as it is. `npm run admin -- prepare-table` prints this setting (docs/recovery.md).
   */
  tableInUse: z.strictObject({ streamArn }).optional(),
};
