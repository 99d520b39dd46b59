import { CanarySeat, tryService, type Tried } from '../lib/commands/try-service.ts';
import type { Invocation } from '../lib/job.ts';
import { readCanaryConfig } from '../lib/process/config.ts';
import { openSecret } from '../lib/process/secrets.ts';
import { deadline } from '../lib/process/timers.ts';

const END_BEFORE_MS = 2_000;

/** Runs every five minutes, and fails when the service does not serve a site: its alarm counts that. */
export async function handler(_event: unknown, { getRemainingTimeInMillis }: Invocation): Promise<Tried> {
  const { baseUrl, region, secret } = readCanaryConfig();
  const stop = deadline(getRemainingTimeInMillis() - END_BEFORE_MS);
  const seat = parseSeat(await openSecret(secret, region).read(stop));
  return tryService({ baseUrl, stop }, seat);
}

/** A new stage has a random text in the secret. No error repeats it. */
function parseSeat(secret: Buffer): CanarySeat {
  try {
    return CanarySeat.parse(JSON.parse(secret.toString('utf8')));
  } catch {
    throw new Error('The canary has no license yet: npm run admin -- canary --stage STAGE');
  }
}
