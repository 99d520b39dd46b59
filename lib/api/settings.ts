import * as z from 'zod/mini';
import { describe } from '../domain/describe.ts';
import { MAX_FACTOR } from '../domain/stage-settings.ts';
import type { Route } from './route.ts';
import { time } from './schemas/fields.ts';

const factor = z.int().check(z.gte(1), z.lte(MAX_FACTOR));
const FACTOR_MEANS =
  'Multiplies the time between two checks of every site, whatever the answer was. 1 is the usual value; with 4, the ' +
  'whole fleet asks a quarter as often';

export const Settings = describe(
  z.object({
    check_interval_factor: describe(z.int(), FACTOR_MEANS),
    updated_at: describe(z.nullable(time), 'Null until a setting is changed'),
  }),
  { id: 'Settings', description: 'Settings of the whole stage' },
);
export type SettingsView = z.infer<typeof Settings>;

const path = '/api/v1/admin/settings';
const example = { check_interval_factor: 4, updated_at: '2026-11-23T09:01:00Z' };
const shown = { status: 200, description: 'The settings', body: Settings, example } as const;

export const getSettings = {
  operation: 'get_settings',
  method: 'GET',
  path,
  function: 'settings',
  auth: 'platform',
  scope: 'platform:read',
  access: 'read',
  vault: true,
  summary: 'Retrieve the settings of the platform',
  description: 'Settings apply to all brands of the stage.',
  input: z.strictObject({}),
  example: {},
  success: [shown],
  refusals: [],
} as const satisfies Route;

const UpdateSettingsInput = z.strictObject({ check_interval_factor: describe(factor, FACTOR_MEANS) });
export type UpdateSettingsInput = z.infer<typeof UpdateSettingsInput>;

export const updateSettings = {
  operation: 'update_settings',
  method: 'PATCH',
  path,
  function: 'settings',
  auth: 'platform',
  scope: 'platform:write',
  access: 'write',
  vault: 'on_demand',
  summary: 'Update the settings of the platform',
  description:
    'Every answer to a site follows the new factor within a minute, without a deploy. A site learns it at its next ' +
    'check.',
  input: UpdateSettingsInput,
  example: { check_interval_factor: 4 },
  success: [{ ...shown, description: 'The settings after the change' }],
  refusals: [],
} as const satisfies Route;

export const settingsRoutes: readonly Route[] = [getSettings, updateSettings];
