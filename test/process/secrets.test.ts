import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openSecret } from '../../lib/process/secrets.ts';
import { BROKEN, startSecretsManager, type SecretsManager } from '../support/table/secrets-manager.ts';

let secrets: SecretsManager;
beforeAll(async () => {
  secrets = await startSecretsManager('{}');
});
beforeEach(() => void secrets.asked.splice(0));
afterAll(() => secrets.stop());

const openIt = () =>
  openSecret(
    { kind: 'secret', endpoint: process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'], secretArn: 'arn:aws:a:b:c:d:e' },
    'eu-west-1',
    () => ({ accessKeyId: 'local', secretAccessKey: 'local' }),
  );
const tokens = (): unknown[] =>
  secrets.asked.map(({ input }) => (input as Record<string, unknown>)['ClientRequestToken']);

// By the reference of PutSecretValue, a request without the SDK must have a token of 32 to 64 characters.
test('a write has one token of its own in all of its attempts', async () => {
  const secret = openIt();
  secrets.behave(BROKEN, { answers: '{}' });
  await secret.write('one', AbortSignal.timeout(10_000));
  await secret.write('two', AbortSignal.timeout(10_000));
  const [first, again, second] = tokens();
  expect(tokens()).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^[\w-]{32,64}$/)));
  expect(again).toBe(first);
  expect(second).not.toBe(first);
});

test('a request that the other side waited for too long is sent again', async () => {
  secrets.behave({ error: 'Unknown', status: 408 }, { answers: 'held' });
  expect((await openIt().read(AbortSignal.timeout(10_000))).toString()).toBe('held');
  expect(secrets.asked).toHaveLength(2);
});
