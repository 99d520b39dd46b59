import * as z from 'zod/mini';
import { deactivateActivation, restoreActivation } from '../api/activations.ts';
import { eraseCustomer as eraseCustomerRoute, updateCustomer as updateCustomerRoute } from '../api/customers.ts';
import * as lifecycle from '../api/license-lifecycle.ts';
import { getLicenseKey, rotateLicenseKey as rotateRoute } from '../api/license-keys.ts';
import { updateLicense as updateLicenseRoute } from '../api/licenses.ts';
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
import { eraseMost, hasCustomersEmail } from './erase-customer.ts';
import { buildAct as act, type Act, type Noun } from './act.ts';
import { brandActs } from './brand-acts.ts';

const onLicense = { on: 'licenses', fields: [] } as const;
const activationField = { name: 'activation_id', label: 'Seat', kind: 'hidden' } as const;

/** The API shows the whole text to keys with a scope; a person gives a reason, which is journalled. */
const revealRoute = {
  operation: 'reveal_license_key',
  method: getLicenseKey.method,
  path: getLicenseKey.path,
  input: z.strictObject({ license_key_id: uuid, reason: text(500) }),
};

const ownActs: readonly Act[] = [
  act({
    ...onLicense,
    name: 'free',
    part: 'activation_id',
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
    part: 'activation_id',
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
    name: 'expiry',
    title: 'Change the expiry',
    effect: 'The license expires at this time, in UTC. A date means the end of that day.',
    done: 'The expiry is changed.',
    fields: [{ name: 'expiration_date', label: 'Expires', kind: 'text', hint: 'Such as 2027-12-31', required: true }],
    route: updateLicenseRoute,
    run: updateLicense,
  }),
  act({
    ...onLicense,
    name: 'product',
    title: 'Change the product',
    effect: 'The license is for the other product from now on, with its policy. Sites, seats and expiry stay.',
    done: 'The license is for the other product.',
    fields: [{ name: 'product', label: 'Slug of the product', kind: 'text', required: true }],
    route: updateLicenseRoute,
    run: updateLicense,
  }),
  act({
    ...onLicense,
    name: 'policy',
    title: 'Change the policy',
    effect: 'The rules that are named apply to this license from now on; the others stay. null gives back the default.',
    done: 'The policy is changed.',
    fields: [
      { name: 'policy', label: 'Policy', kind: 'values', required: true, hint: 'Lines such as grace_days = 30' },
    ],
    route: updateLicenseRoute,
    run: updateLicense,
  }),
  act({
    ...onLicense,
    name: 'metadata',
    title: 'Change the metadata',
    effect: 'The fields that are named change; the others stay. null removes a field.',
    done: 'The metadata is changed.',
    fields: [{ name: 'metadata', label: 'Metadata', kind: 'texts', required: true, hint: 'Lines such as plan = plus' }],
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
  act({
    on: 'customers',
    name: 'erase',
    title: 'Erase for good',
    effect: 'Removes the personal data of the customer. License keys and sites keep working under a pseudonym.',
    done: 'The customer is erased.',
    unfinished: 'The erasure has begun and is not finished: there is more than one request can erase. Send it again.',
    isDangerous: true,
    fields: [{ name: 'email', label: 'E-mail address', kind: 'hidden' }],
    route: eraseCustomerRoute,
    checks: hasCustomersEmail,
    run: eraseMost,
  }),
];

export const allActs: readonly Act[] = [...ownActs, ...brandActs];

export const findAct = (on: string, name: string): Act | undefined =>
  allActs.find((candidate) => candidate.on === on && candidate.name === name);

export const actsOn = (on: Noun): readonly Act[] => allActs.filter((candidate) => candidate.on === on);
