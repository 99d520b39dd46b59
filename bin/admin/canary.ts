import { openSecret } from '../../lib/process/secrets.ts';
import { canary } from '../../lib/stacks.ts';
import { readAwsCredentials, readEnvironment } from '../environment.ts';
import { furnishCanary } from '../smoke/canary-seat.ts';
import { openClient } from '../smoke/client.ts';
import type { Command } from './command.ts';
import { Usage } from './failures.ts';
import { findService } from './find-service.ts';

/** Needs credentials of the account for the secret, and a key of the platform for the license. */
export const canaryCommand: Command = {
  words: 'canary',
  summary: 'Give the canary of a deployed stage a license, unless the one that it has works',
  flags: {},
  examples: ['canary --stage prod'],
  run: async ({ target }) => {
    const { stage } = target;
    if (stage === undefined) throw new Usage('--stage is missing');
    const { baseUrl, apiKey } = await findService(target);
    const { AWS_REGION: region = '' } = await readEnvironment({ kind: 'stage', stage });
    const credentials = await readAwsCredentials();
    const source = { kind: 'secret', secretArn: canary.secretName(stage), endpoint: undefined } as const;
    const secret = openSecret(source, region, () => credentials);
    const license = await furnishCanary(openClient(baseUrl), { adminKey: apiKey, stage, secret });
    return { answer: { stage, license } };
  },
};
