import type { SettingsView, UpdateSettingsInput } from '../api/settings.ts';
import { buildPlatformAuthor, type PlatformContext } from '../context.ts';
import { DEFAULT_FACTOR, type StageSettings } from '../domain/stage-settings.ts';
import type { Refusal } from '../domain/refusal.ts';
import { isoSeconds, timeAfter } from '../domain/time.ts';
import { done, retry } from '../dynamo/outcome.ts';
import { retrying } from '../dynamo/retrying.ts';
import { commit } from '../dynamo/transact.ts';
import { newId } from '../process/ids.ts';
import { journalWrite } from '../table/journal.ts';
import { PLATFORM, SETTINGS } from '../table/keys.ts';
import type { Answer, Try } from '../table/once.ts';
import { putSettings, readSettings } from '../table/settings.ts';
import { settingsView } from '../views/settings-view.ts';

/** Changes a setting of the whole stage. Containers of the product routes learn it within a minute. */
export function updateSettings(
  ctx: PlatformContext,
  input: UpdateSettingsInput,
): Promise<Answer<SettingsView> | Refusal> {
  const table = ctx.table(SETTINGS, PLATFORM);
  return retrying(table, async (): Promise<Try<SettingsView>> => {
    const previous = await readSettings(table);
    const before = { check_interval_factor: previous?.check_interval_factor ?? DEFAULT_FACTOR };
    const { check_interval_factor } = input;
    if (before.check_interval_factor === check_interval_factor) return done({ body: settingsView(previous) });
    const settings: StageSettings = {
      id: previous?.id ?? newId(ctx.nowMs),
      check_interval_factor,
      updated_at: previous ? timeAfter(previous.updated_at, ctx.nowMs) : isoSeconds(ctx.nowMs),
      seq: (previous?.seq ?? 0) + 1,
    };
    return commit(table, { body: settingsView(settings) }, [
      putSettings(settings, retry),
      journalWrite(buildPlatformAuthor(ctx, PLATFORM), {
        type: 'settings.updated',
        entity: { type: 'settings', id: settings.id },
        ...(previous ? { seq: settings.seq, notBefore: previous.updated_at } : { seq: 1 }),
        before,
        after: { check_interval_factor },
      }),
    ]);
  });
}
