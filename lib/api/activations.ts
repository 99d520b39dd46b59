import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import { ActivationEntry, ActivationList } from './schemas/activation.ts';
import { page, reason, uuid } from './schemas/fields.ts';

const ActivationsPage = z.strictObject({
  license_id: uuid,
  ...page,
  status: describe(z.optional(z.enum(['active', 'deactivated'])), 'Only activations with this status'),
});
export type ActivationsPage = z.infer<typeof ActivationsPage>;

export const listActivations = {
  operation: 'list_activations',
  method: 'GET',
  path: '/api/v1/brand/licenses/{license_id}/activations',
  function: 'licenses',
  auth: 'brand',
  scope: 'licenses:read',
  access: 'read',
  vault: true,
  summary: "List a license's activations",
  description:
    'Lists all activations, active and deactivated, in a stable order without meaning. With `status` a page can ' +
    'be short or empty while a cursor follows. The first page also lists the last 20 refused activations and ' +
    'deactivations of the past seven days, newest first. It shows each instance and code at most once in ten ' +
    'minutes, and no checks.',
  input: ActivationsPage,
  example: { license_id: example.LICENSE_ID },
  success: [
    {
      status: 200,
      description: 'One page',
      body: ActivationList,
      example: { activations: [example.activation], next_cursor: null, refused_calls: [example.refusedCall] },
    },
  ],
  refusals: ['license_not_found', 'cursor_invalid'],
} as const satisfies Route;

const RemoveActivationInput = z.strictObject({ license_id: uuid, activation_id: uuid, reason });
export type RemoveActivationInput = z.infer<typeof RemoveActivationInput>;

export const deactivateActivation = {
  operation: 'deactivate_activation',
  method: 'DELETE',
  path: '/api/v1/brand/licenses/{license_id}/activations/{activation_id}',
  function: 'activations',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: 'on_demand',
  summary: 'Deactivate an activation',
  description:
    'Frees the seat from the back office, in every status of the license. The activation stays on record as ' +
    'deactivated, and does not count as a seat move of the customer. A second call changes nothing. An ' +
    'activation from before a transfer without activations is not found.',
  input: RemoveActivationInput,
  example: { license_id: example.LICENSE_ID, activation_id: example.activation.id, reason: 'site is gone' },
  success: [
    {
      status: 200,
      description: 'The deactivated activation',
      body: ActivationEntry,
      example: {
        ...example.activation,
        status: 'deactivated',
        takes_seat: false,
        deactivated_at: '2026-11-23T12:00:00Z',
      },
    },
  ],
  refusals: ['license_not_found', 'activation_not_found'],
} as const satisfies Route;

const RestoreActivationInput = z.strictObject({ license_id: uuid, activation_id: uuid, reason });
export type RestoreActivationInput = z.infer<typeof RestoreActivationInput>;

export const restoreActivation = {
  operation: 'restore_activation',
  method: 'POST',
  path: '/api/v1/brand/licenses/{license_id}/activations/{activation_id}/restore',
  function: 'activations',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: 'on_demand',
  summary: 'Restore an activation',
  description:
    'Takes a seat for an instance whose seat was freed, as if it had activated the license again: it undoes a ' +
    'deactivation by the back office. A second call changes nothing. An activation from before a transfer without ' +
    'activations is not found.',
  input: RestoreActivationInput,
  example: { license_id: example.LICENSE_ID, activation_id: example.activation.id, reason: 'freed by mistake' },
  success: [{ status: 200, description: 'The active activation', body: ActivationEntry, example: example.activation }],
  refusals: [
    'license_not_found',
    'activation_not_found',
    'license_expired',
    'license_suspended',
    'license_cancelled',
    'seat_limit_reached',
  ],
} as const satisfies Route;

export const activationRoutes: readonly Route[] = [listActivations, deactivateActivation, restoreActivation];
