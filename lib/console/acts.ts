import * as z from 'zod/mini';
import { deactivateActivation, restoreActivation } from '../api/activations.ts';
import { updateCustomer as updateCustomerRoute } from '../api/customers.ts';
import * as lifecycle from '../api/license-lifecycle.ts';
import { getLicenseKey, rotateLicenseKey as rotateRoute } from '../api/license-keys.ts';
import { updateLicense as updateLicenseRoute } from '../api/licenses.ts';
import type { Endpoint } from '../api/route.ts';
import { text, uuid } from '../api/schemas/fields.ts';
import { cancelLicense } from '../commands/cancel-license.ts';
import { removeActivation } from '../commands/remove-activation.ts';
import { renewLicense } from '../commands/renew-license.ts';
import { restoreActivation as restore } from '../commands/restore-activation.ts';
import { resumeLicense } from '../commands/resume-license.ts';
import { revealLicenseKey } from '../commands/reveal-license-key.ts';
import { rotateLicenseKey } from '../commands/rotate-license-key.ts';
import { suspendLicense } from '../commands/suspend-license.ts';
import { transferLicense } from '../commands/transfer-license.ts';
import { updateCustomer } from '../commands/update-customer.ts';
import { updateLicense } from '../commands/update-license.ts';
import type { BrandContext } from '../context.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Answer } from '../table/once.ts';

/** A field of an act's form, beside the reason that every act asks for. */
export type ActField = {
  name: string;
  label: string;
  kind: 'text' | 'email' | 'number' | 'checkbox' | 'hidden';
  hint?: string;
  required?: true;
};

/** Things that have a page and acts. */
export type Noun = 'licenses' | 'license-keys' | 'customers';

/** Something that a person can do. It runs the verb of an API route, so nothing changes in another way. */
export type Act = {
  name: string;
  on: Noun;
  title: string;
  /** The change, in a sentence that is read before it is done. */
  effect: string;
  /** The sentence after it was done. */
  done: string;
  isDangerous?: true;
  /** The answer contains a secret that is shown once, on the page that answers the form. */
  shows?: 'key';
  fields: readonly ActField[];
  route: Pick<Endpoint, 'operation' | 'scope' | 'alsoScopes' | 'input' | 'method' | 'path' | 'once'>;
  run: (ctx: BrandContext, input: unknown) => Promise<Answer | Refusal>;
};

type Typed<I> = Omit<Act, 'run'> & { run: (ctx: BrandContext, input: I) => Promise<Answer | Refusal> };

/** The input was checked by the schema of the same route. */
const act = <I>({ run, ...rest }: Typed<I>): Act => ({ ...rest, run: (ctx, input) => run(ctx, input as I) });

const onLicense = { on: 'licenses', fields: [] } as const;
const activationField = { name: 'activation_id', label: 'Seat', kind: 'hidden' } as const;

/** The API shows the whole text to keys with a scope; a person gives a reason, which is journalled. */
const revealRoute = {
  operation: 'reveal_license_key',
  method: getLicenseKey.method,
  path: getLicenseKey.path,
  input: z.strictObject({ license_key_id: uuid, reason: text(500) }),
};

const ALL: readonly Act[] = [
  act({
    ...onLicense,
    name: 'free',
    title: 'Free this seat',
    effect: 'The site stops being active, and its seat is free for another one. It can be undone.',
    done: 'The seat is free.',
    fields: [activationField],
    route: deactivateActivation,
    run: removeActivation,
  }),
  act({
    ...onLicense,
    name: 'restore',
    title: 'Give the seat back',
    effect: 'The site is active again, if a seat is free.',
    done: 'The site has its seat again.',
    fields: [activationField],
    route: restoreActivation,
    run: restore,
  }),
  act({
    ...onLicense,
    name: 'renew',
    title: 'Renew',
    effect: 'The license expires later: by the duration given here, or else by the one it was bought with.',
    done: 'The license is renewed.',
    fields: [{ name: 'extend_by', label: 'Duration', kind: 'text', hint: 'P1Y is a year, P1M a month, P14D 14 days' }],
    route: lifecycle.renewLicense,
    run: renewLicense,
  }),
  act({
    ...onLicense,
    name: 'seats',
    title: 'Change the seat limit',
    effect: 'The license has this many seats from now on. Sites that are active stay active.',
    done: 'The seat limit is changed.',
    fields: [{ name: 'max_seats', label: 'Seats', kind: 'number', required: true }],
    route: updateLicenseRoute,
    run: updateLicense,
  }),
  act({
    ...onLicense,
    name: 'suspend',
    title: 'Suspend',
    effect: 'Its sites may no longer run, until the license is resumed. They keep their seats.',
    done: 'The license is suspended.',
    isDangerous: true,
    route: lifecycle.suspendLicense,
    run: suspendLicense,
  }),
  act({
    ...onLicense,
    name: 'resume',
    title: 'Resume',
    effect: 'Its sites may run again.',
    done: 'The license is resumed.',
    route: lifecycle.resumeLicense,
    run: resumeLicense,
  }),
  act({
    ...onLicense,
    name: 'transfer',
    title: 'Transfer to another customer',
    effect: 'The license moves to a key of the new customer. The old key no longer opens it.',
    done: 'The license has moved to its new customer.',
    isDangerous: true,
    fields: [
      { name: 'customer_email', label: 'E-mail of the new customer', kind: 'email', required: true },
      { name: 'keep_activations', label: 'Keep its sites active', kind: 'checkbox' },
    ],
    route: lifecycle.transferLicense,
    run: transferLicense,
  }),
  act({
    ...onLicense,
    name: 'cancel',
    title: 'Cancel for good',
    effect: 'Its sites may no longer run. A cancelled license cannot be brought back.',
    done: 'The license is cancelled.',
    isDangerous: true,
    route: lifecycle.cancelLicense,
    run: cancelLicense,
  }),
  act({
    on: 'license-keys',
    name: 'reveal',
    title: 'Show the whole key',
    effect: 'You see the whole text once. The look is written into the history, with your reason.',
    done: 'The whole key is shown below, once.',
    shows: 'key',
    fields: [],
    route: revealRoute,
    run: revealLicenseKey,
  }),
  act({
    on: 'license-keys',
    name: 'rotate',
    title: 'Replace the key by a new one',
    effect: 'The key gets a new text. Licenses and sites stay; the old text ends after the overlap.',
    done: 'The new key is shown below, once.',
    isDangerous: true,
    shows: 'key',
    fields: [
      { name: 'overlap_hours', label: 'Hours for which the old key still works', kind: 'number', hint: '0 to 720' },
    ],
    route: rotateRoute,
    run: rotateLicenseKey,
  }),
  act({
    on: 'customers',
    name: 'email',
    title: 'Change the e-mail address',
    effect: 'License keys, licenses and sites stay as they are. The old address becomes free.',
    done: 'The e-mail address is changed.',
    fields: [{ name: 'email', label: 'New e-mail address', kind: 'email', required: true }],
    route: updateCustomerRoute,
    run: updateCustomer,
  }),
];

export const findAct = (on: string, name: string): Act | undefined =>
  ALL.find((candidate) => candidate.on === on && candidate.name === name);

export const actsOn = (on: Noun): readonly Act[] => ALL.filter((candidate) => candidate.on === on);
