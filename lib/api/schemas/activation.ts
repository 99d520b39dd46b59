import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { INSTANCE_TYPES } from '../../domain/instance.ts';
import { id, nextCursor, shownMetadata, time } from './fields.ts';

const instance_identifier = describe(z.string(), 'The site, host or machine, as the caller named it');
const instance_type = describe(z.enum(INSTANCE_TYPES), 'The kind of identifier');

export const ActivationEntry = describe(
  z.object({
    id,
    instance_identifier,
    instance_type,
    status: describe(z.enum(['active', 'deactivated']), 'A deactivated instance stays on record and takes no seat'),
    takes_seat: describe(z.boolean(), 'False for a local or staging site that the policy lets in for free'),
    activated_at: time,
    deactivated_at: z.nullable(time),
    last_checked_at: describe(z.nullable(time), 'Updated at most once a day'),
    metadata: shownMetadata,
  }),
  { id: 'Activation', description: 'A license on one instance: a site, a host or a machine' },
);
export type ActivationEntry = z.infer<typeof ActivationEntry>;

export const RefusedCallEntry = describe(
  z.object({
    code: describe(z.string(), 'The code of the problem that the caller got'),
    instance_identifier,
    instance_type,
    occurred_at: time,
  }),
  { id: 'RefusedCall', description: 'A call of an instance that was refused' },
);
export type RefusedCallEntry = z.infer<typeof RefusedCallEntry>;

export const ActivationList = describe(
  z.object({
    activations: describe(z.array(ActivationEntry), 'The activations of this page'),
    next_cursor: nextCursor,
    refused_calls: describe(
      z.optional(z.array(RefusedCallEntry)),
      'The calls that were refused lately, on the first page only',
    ),
  }),
  { id: 'ActivationList' },
);
