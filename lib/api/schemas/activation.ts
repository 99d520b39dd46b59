import * as z from 'zod';
import { INSTANCE_TYPES } from '../../domain/instance.ts';
import { id, nextCursor, shownMetadata, time } from './fields.ts';

const instance_identifier = z.string().meta({ description: 'The site, host or machine, as the caller named it' });
const instance_type = z.enum(INSTANCE_TYPES).meta({ description: 'The kind of identifier' });

export const ActivationEntry = z
  .object({
    id,
    instance_identifier,
    instance_type,
    status: z
      .enum(['active', 'deactivated'])
      .meta({ description: 'A deactivated instance stays on record and takes no seat' }),
    takes_seat: z.boolean().meta({ description: 'False for a local or staging site that the policy lets in for free' }),
    activated_at: time,
    deactivated_at: time.nullable(),
    last_checked_at: time.nullable().meta({ description: 'Updated at most once a day' }),
    metadata: shownMetadata,
  })
  .meta({ id: 'Activation', description: 'A license on one instance: a site, a host or a machine' });
export type ActivationEntry = z.infer<typeof ActivationEntry>;

export const RefusedCallEntry = z
  .object({
    code: z.string().meta({ description: 'The code of the problem that the caller got' }),
    instance_identifier,
    instance_type,
    occurred_at: time,
  })
  .meta({ id: 'RefusedCall', description: 'A call of an instance that was refused' });
export type RefusedCallEntry = z.infer<typeof RefusedCallEntry>;

export const ActivationList = z
  .object({
    activations: z.array(ActivationEntry).meta({ description: 'The activations of this page' }),
    next_cursor: nextCursor,
    refused_calls: z.array(RefusedCallEntry).optional().meta({
      description: 'The calls that were refused lately, on the first page only',
    }),
  })
  .meta({ id: 'ActivationList' });
