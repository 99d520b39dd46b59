import type { SettingsView } from '../api/settings.ts';
import type { PlatformContext } from '../context.ts';
import { SETTINGS } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import { readSettings } from '../table/settings.ts';
import { settingsView } from '../views/settings-view.ts';

/** The settings of the stage. */
export async function getSettings(ctx: PlatformContext): Promise<Answer<SettingsView>> {
  return { body: settingsView(await readSettings(ctx.table(SETTINGS))) };
}
