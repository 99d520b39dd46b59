import * as z from 'zod/mini';
import { INSTANCE_TYPES, MAX_INSTANCE_LENGTH, parseInstance, type InstanceType } from '../domain/instance.ts';
import { unpastedKey } from '../domain/pasted.ts';
import { repeatsCredential } from '../domain/secret-text.ts';
import type { Endpoint } from './route.ts';
import { NO_CONTROL_CHARACTERS, NO_CREDENTIALS, VISIBLE_TEXT } from './text-rules.ts';

/**
 * What the check's function needs of its routes, and what all product routes take. Of `zod/mini`, a fraction of zod's size, and without what is only told
 * about the routes: this function must start fast. Product routes take more than they know: a newer plugin must work with an older server.
 */
/** Nothing looks at a text that is too long: what is done with texts may cost more than their length. */
const longest = (maximum: number) => z.maxLength(maximum, { abort: true });
const text = (maximum: number) =>
  z.string().check(z.trim(), z.minLength(1), longest(maximum), z.regex(VISIBLE_TEXT, NO_CONTROL_CHARACTERS));

const pastedLicenseKey = z.string().check(
  longest(255),
  z.regex(/^[^\p{Cs}]*$/u, 'must not contain unpaired surrogates'),
  z.refine((value) => unpastedKey(value) !== '', 'must not be empty'),
  z.describe(
    'The license key, as pasted: blanks, line breaks, dashes of any kind, quotes and invisible characters are forgiven. Also taken from the header `X-License-Key` or the query',
  ),
);

export const credentials = {
  license_key: pastedLicenseKey,
  product: z
    .optional(text(64))
    .check(z.describe('Slug or id of the product. May be left out while the key carries one license')),
  brand: z
    .optional(text(64))
    .check(z.describe('The brand’s slug; only needed for imported keys that do not begin with the brand’s prefix')),
};

/** Passed on as sent, blanks included: a proof hashes it so. What is kept of it is for `parseInstance` to say. */
const identifier = z
  .string()
  .check(
    z.minLength(1),
    longest(MAX_INSTANCE_LENGTH),
    z.describe(
      'The site’s URL, a hostname or a machine id. Of a URL, user info, query and fragment are neither kept nor compared',
    ),
  );
const type = z.enum(INSTANCE_TYPES);
const TYPE_MEANS = 'What `instance_identifier` is; part of the instance’s identity';

/** For a route that always speaks of an instance. */
export const instance = {
  instance_identifier: identifier,
  instance_type: z._default(type, 'url').check(z.describe(TYPE_MEANS)),
};
/** For a route that can do without. */
export const anyInstance = {
  instance_identifier: z.optional(identifier),
  instance_type: z
    .optional(type)
    .check(z.describe(`${TYPE_MEANS}; \`url\` unless given, and not without \`instance_identifier\``)),
};

type Named = {
  license_key: string;
  instance_type?: InstanceType | undefined;
  instance_identifier?: string | undefined;
};

const parse = ({ instance_type, instance_identifier }: Named) =>
  instance_identifier === undefined ? undefined : parseInstance(instance_type ?? 'url', instance_identifier);

export const realInstance = z.refine<Named>(
  (call) => call.instance_identifier === undefined || parse(call) !== undefined,
  { path: ['instance_identifier'], message: 'is not a valid instance of this instance_type' },
);
/** Lists, the journal and events show the kept form of an instance; the compared form has fewer escapes. */
export const keylessInstance = z.refine<Named>(
  (call) => {
    const { identifier = '', normalised = '' } = parse(call) ?? {};
    return !repeatsCredential([identifier, normalised], call.license_key);
  },
  { path: ['instance_identifier'], message: NO_CREDENTIALS },
);
export const typeOfInstance = z.refine<Named>(
  ({ instance_type, instance_identifier }) => instance_type === undefined || instance_identifier !== undefined,
  { path: ['instance_type'], message: 'must not be given without instance_identifier' },
);

export const CheckInput = z
  .object({ ...credentials, ...anyInstance })
  .check(realInstance, keylessInstance, typeOfInstance);
export type CheckInput = z.infer<typeof CheckInput>;

const check = {
  path: '/api/v1/product/licenses/check',
  auth: 'license_key',
  access: 'note',
  vault: false,
  input: CheckInput,
} as const;

export const checkEndpoint = { ...check, operation: 'check_license', method: 'GET' } as const satisfies Endpoint;
export const checkByPostEndpoint = {
  ...check,
  operation: 'check_license_by_post',
  method: 'POST',
} as const satisfies Endpoint;
