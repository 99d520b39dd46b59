import { DEFAULT_FACTOR, type StageSettings } from '../domain/stage-settings.ts';

/** The settings as the API shows them; the defaults until one is changed. */
export const settingsView = (settings: StageSettings | undefined) => ({
  check_interval_factor: settings?.check_interval_factor ?? DEFAULT_FACTOR,
  updated_at: settings?.updated_at ?? null,
});
