import sequencer from '@jest/test-sequencer';

// Its types describe the CommonJS build, whose default export is a member; Node loads the other one.
const Sequencer = sequencer as unknown as typeof sequencer.default;
type Tests = Parameters<sequencer.default['sort']>[0];

/**
 * The test files that take longest, slowest first. On a clean checkout jest knows no durations; one of these at the end
 * would keep one worker alone.
 */
const SLOWEST = [
  ...['webhooks/delivery', 'webhooks/slow', 'webhooks/fifty', 'local/start', 'api/secrets', 'api/grants'],
  ...['api/import-deaths', 'api/email-histories', 'api/api-key-races', 'api/credentials', 'api/isolation-attacks'],
  ...['local/admin-imports', 'api/every-route', 'api/attacks', 'api/bad-input-bodies', 'clients/php-client'],
  ...['api/search-events', 'webhooks/flood', 'webhooks/refill', 'http/hostile-input', 'api/erasure-walk'],
  ...['api/erasure', 'api/data-key', 'local/data-folder', 'webhooks/faults', 'audit/broken-table'],
  ...['dynamo/classified-faults', 'dynamo/broken-answers', 'infra/bundles', 'clients/php-updates'],
];

const rankOf = (path: string): number => {
  const at = SLOWEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`));
  return at < 0 ? SLOWEST.length : at;
};

/** Starts the slowest test files first, and the others in jest's own order. */
export default class SlowestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    return (await super.sort(tests)).toSorted((a, b) => rankOf(a.path) - rankOf(b.path));
  }
}
