import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { INSTANCE_TYPES, parseInstance } from '../../domain/instance.ts';
import { externalId, normalizedEmail, pastedLicenseKey, text } from './fields.ts';

/** The fields by which licenses and events can be searched, within a brand and across brands. */
export const criteria = {
  email: describe(z.optional(normalizedEmail), 'The e-mail address of the customer'),
  license_key: describe(
    z.optional(pastedLicenseKey),
    'The license key: its full text, its masked text, or its last four characters. A text that has been ' +
      'rotated away finds it too. It can be combined with `email`',
  ),
  external_id: describe(
    z.optional(externalId),
    'The order or invoice number of a purchase or renewal; it is compared without case',
  ),
  instance: describe(
    z.optional(text(1024)),
    'A site, hostname or machine on which the license is or was active. A host alone finds all of its paths',
  ),
  instance_type: describe(z.optional(z.enum(INSTANCE_TYPES)), 'The kind of `instance`. The default is `url`'),
};
export const CRITERIA = ['email', 'license_key', 'external_id', 'instance'] as const;

type Criteria = { instance?: string | undefined; instance_type?: (typeof INSTANCE_TYPES)[number] | undefined };

/** A part of a key finds its holder's licenses beside an e-mail address, so those two count as one criterion. */
const isPaired = (name: string, value: Record<string, unknown>): boolean =>
  name === 'license_key' && value['email'] !== undefined;

/** Requires one criterion, or at most one where `none` is allowed, and a valid instance. Each fault is named once. */
export const oneOf =
  (names: readonly string[], or?: 'none') => (input: z.core.ParsePayload<Criteria & Record<string, unknown>>) => {
    const { value, issues } = input;
    const given = names.filter((name) => value[name] !== undefined && !isPaired(name, value));
    const fault = (path: string[], message: string) =>
      issues.push({ code: 'custom', input: value[path[0] ?? ''], path, message });
    if (given.length === 0 && or !== 'none') fault([], `one of ${names.join(', ')} is required`);
    const [first, ...others] = given;
    for (const name of others) fault([name], `must not be given together with ${first}`);
    const { instance, instance_type } = value;
    if (instance !== undefined && parseInstance(instance_type ?? 'url', instance) === undefined)
      fault(['instance'], 'is not valid');
    if (instance === undefined && instance_type !== undefined)
      fault(['instance_type'], 'must not be given without instance');
  };
