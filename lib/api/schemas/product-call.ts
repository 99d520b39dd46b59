import * as z from 'zod/mini';
import { INSTANCE_TYPES, MAX_INSTANCE_LENGTH, parseInstance, type InstanceType } from '../../domain/instance.ts';
import { isUuid } from '../../domain/ids.ts';
import { unpastedKey } from '../../domain/pasted.ts';
import { repeatsCredential } from '../../domain/secret-text.ts';
import { NO_CONTROL_CHARACTERS, NO_CREDENTIALS, VISIBLE_TEXT } from './text-rules.ts';

/**
 * The fields that all product routes share. They use `zod/mini` and have no descriptions, because the function of the
 * check must start fast. They ignore unknown fields, because a newer plugin must work with an older server.
 */
const longest = (maximum: number) => z.maxLength(maximum, { abort: true });
const text = (maximum: number) =>
  z.string().check(z.trim(), z.minLength(1), longest(maximum), z.regex(VISIBLE_TEXT, NO_CONTROL_CHARACTERS));

export const credentials = {
  license_key: z.string().check(
    longest(255),
    z.refine((value) => value.isWellFormed(), 'must not contain unpaired surrogates'),
    z.refine((value) => unpastedKey(value) !== '', 'must not be empty'),
  ),
  product: z.optional(text(64)),
  brand: z.optional(text(64)),
};

/** Kept as it was sent, blanks included: `parseInstance` decides which part of it is stored. */
const identifier = z.string().check(z.minLength(1), longest(MAX_INSTANCE_LENGTH));
const type = z.enum(INSTANCE_TYPES);

/** The fields of a route that always needs an instance. */
export const instance = { instance_identifier: identifier, instance_type: z._default(type, 'url') };
/** The fields of a route whose instance is optional. */
export const anyInstance = { instance_identifier: z.optional(identifier), instance_type: z.optional(type) };

/** A query and a form have texts only. */
const ASKED = [true, 1, 'true', '1'] as const;
const UNASKED = [false, 0, 'false', '0'] as const;
/** The fields of a route that proves its answer. Neither is part of the request that an idempotency key names. */
export const provable = {
  proof: z.optional(z.literal([...ASKED, ...UNASKED], 'must be 1 or true')),
  nonce: z.optional(z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 of A–Z, a–z, 0–9, _ and -'))),
};

type Provable = {
  proof?: boolean | number | string | undefined;
  nonce?: string | undefined;
};
export const asksForProof = ({ proof, nonce }: Provable): boolean =>
  nonce !== undefined || ASKED.some((one) => one === proof);

export const activationId = z.string().check(z.toLowerCase(), z.refine(isUuid, 'must be a UUID'));

type NamedInstance = {
  license_key?: string | undefined;
  instance_type?: InstanceType | undefined;
  instance_identifier?: string | undefined;
};

const parse = ({ instance_type, instance_identifier }: NamedInstance) =>
  instance_identifier === undefined ? undefined : parseInstance(instance_type ?? 'url', instance_identifier);

export const realInstance = z.refine<NamedInstance>(
  (call) => call.instance_identifier === undefined || parse(call) !== undefined,
  { path: ['instance_identifier'], message: 'is not a valid instance of this instance_type' },
);
/** Lists, the journal and events show the kept form of an instance; the compared form has fewer escapes. */
export const keylessInstance = z.refine<NamedInstance>(
  (call) => {
    const { identifier = '', normalised = '' } = parse(call) ?? {};
    return !repeatsCredential([identifier, normalised], call.license_key ?? '');
  },
  { path: ['instance_identifier'], message: NO_CREDENTIALS },
);
export const instanceType = z.refine<NamedInstance>(
  ({ instance_type, instance_identifier }) => instance_type === undefined || instance_identifier !== undefined,
  { path: ['instance_type'], message: 'must not be given without instance_identifier' },
);
