import * as z from 'zod';
import { INSTANCE_TYPES } from '../../domain/instance.ts';
import { id, nextCursor, time } from './fields.ts';

export const ActivationEntry = z
  .object({
    id,
    instance_identifier: z.string(),
    instance_type: z.enum(INSTANCE_TYPES),
    status: z.enum(['active', 'deactivated']),
    takes_seat: z.boolean().meta({ description: 'False for a local or staging site that the policy lets in for free' }),
    activated_at: time,
    deactivated_at: time.nullable(),
    last_checked_at: time.nullable().meta({ description: 'Updated at most once a day' }),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Activation' });
export type ActivationEntry = z.infer<typeof ActivationEntry>;

export const RefusedCallEntry = z
  .object({
    code: z.string().meta({ description: 'The code of the problem that the caller got' }),
    instance_identifier: z.string(),
    instance_type: z.enum(INSTANCE_TYPES),
    occurred_at: time,
  })
  .meta({ id: 'RefusedCall' });
export type RefusedCallEntry = z.infer<typeof RefusedCallEntry>;

export const ActivationList = z
  .object({
    activations: z.array(ActivationEntry),
    next_cursor: nextCursor,
    refused_calls: z.array(RefusedCallEntry).optional(),
  })
  .meta({ id: 'ActivationList' });
