import { findCurrentKey, SEEN_AFTER_S, type KeyRing, type KnownKey } from '../../lib/domain/signing-keys.ts';
import { isoSeconds } from '../../lib/domain/time.ts';
import { readRing, type KeySetContext } from '../../lib/commands/key-set-change.ts';
import { revokeSigningKey } from '../../lib/commands/revoke-signing-key.ts';
import { rotateSigningKey } from '../../lib/commands/rotate-signing-key.ts';
import { sdkWire } from '../../lib/dynamo/sdk-wire.ts';
import { now } from '../../lib/process/clock.ts';
import { readConfig, readKeySetConfig } from '../../lib/process/config.ts';
import { randomUuid } from '../../lib/process/random.ts';
import { openRootKeys } from '../../lib/process/root-keys.ts';
import { openSecret } from '../../lib/process/secrets.ts';
import { deadline } from '../../lib/process/timers.ts';
import { PLATFORM } from '../../lib/table/keys.ts';
import { readAwsCredentials, readEnvironment } from '../environment.ts';
import type { Asked, Command, Target } from './command.ts';
import { Refused, Usage } from './failures.ts';

const WITHIN_MS = 30_000;

/** Works with the operator's own rights on AWS, so that CloudTrail names who touched a key. */
async function withKeys(
  { target }: Pick<Asked, 'target'>,
  run: (ctx: KeySetContext) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { config, keys, credentials } = await settingsOf(target);
  const local = config.endpoint === undefined ? {} : { endpoint: config.endpoint, credentials };
  const wire = sdkWire({ region: config.region, ...local });
  const ctx: KeySetContext = {
    requestId: randomUuid(),
    actor: { type: 'system', id: 'command-line' },
    nowMs: now(),
    table: (owner) => ({ wire, name: config.tableName, owners: [owner], signal: deadline(WITHIN_MS) }),
    roots: openRootKeys(keys.roots, keys.region, () => credentials),
    secret: openSecret(keys.signingKeys, keys.region, () => credentials),
  };
  return run(ctx).finally(() => wire.client.destroy());
}

async function settingsOf({ stage, localDir }: Target) {
  if (stage === undefined && localDir === undefined) throw new Usage('Give one of --stage STAGE and --local');
  const env = await (stage === undefined
    ? readEnvironment({ kind: 'local', localDir: localDir ?? '' })
    : readEnvironment({ kind: 'stage', stage }));
  const credentials =
    stage === undefined ? { accessKeyId: 'local', secretAccessKey: 'local' } : await readAwsCredentials();
  return { config: readConfig(env), keys: readKeySetConfig(env), credentials };
}

const show = async (ctx: KeySetContext, { keys, revoked, version }: KeyRing) => ({
  roots: await ctx.roots.list(ctx.table(PLATFORM).signal),
  keys,
  revoked: revoked.map(({ kid }) => kid),
  version,
});

/** A client that has not fetched the set since the key was published cannot verify its proofs yet. */
function describeStandby(keys: readonly KnownKey[], nowS: number): string {
  const standby = keys.find(({ use_from }) => use_from > nowS);
  if (standby === undefined) return 'There is no standby: a key signs that no client knows yet.';
  const isSeen = standby.published_at + SEEN_AFTER_S <= nowS;
  const since = isoSeconds(standby.published_at * 1000);
  return isSeen
    ? `The standby ${standby.kid} has been published since ${since}.`
    : `The standby ${standby.kid} was published only at ${since}: clients that do not know it fetch the key set again.`;
}

export const signingKeyCommands: readonly Command[] = [
  {
    words: 'signing-key show',
    summary: 'Show the root keys that clients pin, and the keys that sign proofs, as JSON',
    flags: {},
    examples: ['signing-key show --local', 'signing-key show --stage prod'],
    asJson: true,
    run: async (asked) => ({ answer: await withKeys(asked, async (ctx) => show(ctx, (await readRing(ctx)).ring)) }),
  },
  {
    words: 'signing-key rotate',
    summary: 'Let the standby sign proofs at once, and publish another standby',
    flags: {},
    examples: ['signing-key rotate --local --yes'],
    asJson: true,
    run: async (asked) => ({
      answer: await withKeys(asked, async (ctx) => {
        const { keys, issued_at } = (await readRing(ctx)).ring;
        // The clock of a service on this machine may have been moved.
        const nowS = Math.max(Math.floor(ctx.nowMs / 1000), issued_at);
        const current = findCurrentKey(keys, nowS)?.kid ?? 'that is missing';
        await asked.confirm(`Stop signing proofs with the key ${current}? ${describeStandby(keys, nowS)}`);
        return show(ctx, await rotateSigningKey(ctx));
      }),
    }),
  },
  {
    words: 'signing-key revoke',
    operand: 'KID',
    summary: 'Revoke a signing key for good: no client accepts its proofs any more',
    flags: {},
    examples: ['signing-key revoke n1utWnTLu-Hem6cfRO7Zfw --stage prod'],
    asJson: true,
    run: async (asked) => ({
      answer: await withKeys(asked, async (ctx) => {
        await asked.confirm(`Revoke the signing key ${asked.operand}? Sites that hold a proof by it ask again.`);
        const ring = await revokeSigningKey(ctx, asked.operand);
        if (ring === undefined)
          throw new Refused(`The key set has no key ${JSON.stringify(asked.operand)}. See signing-key show.`);
        return show(ctx, ring);
      }),
    }),
  },
];
