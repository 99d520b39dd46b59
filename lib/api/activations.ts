import * as z from 'zod';
import { ActivationEntry } from './entries.ts';
import * as example from './examples.ts';
import { text, uuid } from './fields.ts';
import type { Route } from './route.ts';

const RemoveActivationInput = z.strictObject({
  license_id: uuid,
  activation_id: uuid,
  reason: text(500).optional().meta({ description: 'Why; kept in the license’s history' }),
});
export type RemoveActivationInput = z.infer<typeof RemoveActivationInput>;

export const removeActivation = {
  operation: 'remove_activation',
  method: 'DELETE',
  path: '/api/v1/brand/licenses/{license_id}/activations/{activation_id}',
  function: 'activations',
  auth: 'brand',
  scope: 'licenses:write',
  access: 'write',
  vault: 'on_demand',
  summary: 'Free a seat from the back office',
  description:
    'In every status of the license. The activation stays on record as deactivated, and does not count as a seat that the customer moved. Again is safe and changes nothing. An activation of before a transfer that dropped the seats is not there.',
  input: RemoveActivationInput,
  example: { license_id: example.LICENSE_ID, activation_id: example.activation.id, reason: 'site is gone' },
  success: [
    {
      status: 200,
      description: 'The activation, deactivated',
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

export const activationRoutes: readonly Route[] = [removeActivation];
