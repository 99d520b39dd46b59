import type { Command } from './command.ts';
import { numberIn } from './flags.ts';

const SETTINGS = '/api/v1/admin/settings';

export const settingsCommands: readonly Command[] = [
  {
    words: 'check-interval',
    summary: 'Show by which factor all sites ask less often, or set it with --factor',
    flags: { factor: { type: 'string', help: 'from 1, the usual value, to 24: sites then ask that much less often' } },
    examples: ['check-interval --stage prod', 'check-interval --factor 4 --stage prod'],
    run: async (asked) => {
      const service = await asked.service();
      const check_interval_factor = numberIn(asked, 'factor');
      if (check_interval_factor === undefined) return { answer: await service.call('GET', SETTINGS) };
      const answer = await service.call('PATCH', SETTINGS, { check_interval_factor });
      return { answer, note: 'Every answer to a site follows within a minute. A site learns it at its next check.' };
    },
  },
];
