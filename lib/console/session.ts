import { DAY_MS, HOUR_MS, MINUTE_MS } from '../domain/time.ts';
import { hasAnyRole, rolesInGroups, type GroupNames, type PersonRoles } from '../domain/roles.ts';
import type { Vault } from '../process/vault.ts';
import { randomBytes } from '../process/random.ts';
import { Unavailable } from '../process/outage.ts';
import { sleep } from '../process/timers.ts';
import { PLATFORM } from '../table/keys.ts';
import {
  changeSession,
  putSession,
  readSession,
  removeSession,
  sessionKey,
  type StoredSession,
} from '../table/sessions.ts';
import type { Table } from '../dynamo/table.ts';
import type { Key } from '../dynamo/schema.ts';
import type { Identity, Provider } from './provider.ts';

/** A person who is signed in. */
export type Person = { id: string; name: string; roles: PersonRoles };

/** The parts of a call that sessions need. */
export type SessionContext = {
  stage: string;
  nowMs: number;
  vault: Vault;
  table: (...owners: string[]) => Table;
  provider: Provider;
  groups: GroupNames;
};

const LONGEST_MS = 8 * HOUR_MS;
const IDLE_MS = 30 * MINUTE_MS;
/** Idle time is written at most this often. */
const SEEN_EVERY_MS = MINUTE_MS;
/** Groups are asked for again this often. */
const ASKED_EVERY_MS = 15 * MINUTE_MS;
/** While one request asks for the groups, others wait. A request that died while asking is replaced after this. */
const ASKING_MS = 15_000;
const WAIT_MS = 250;
const WAITS = 16;
const ID_BYTES = 32;
const ID = /^[\w-]{43}$/;

type Sealed = Pick<Identity, 'id' | 'name' | 'groups'> & { refreshToken: string | null };

/** Opens a session for a person and returns its id, which only the person's cookie has. */
export async function openSession(ctx: SessionContext, identity: Identity): Promise<string> {
  const id = randomBytes(ID_BYTES).toString('base64url');
  const key = sessionKey(ctx.stage, id);
  const session: StoredSession = {
    sealed: seal(ctx.vault, key, identity),
    created_ms: ctx.nowMs,
    seen_ms: ctx.nowMs,
    asked_until_ms: ctx.nowMs + ASKED_EVERY_MS,
    asking_until_ms: 0,
  };
  await putSession(ctx.table(PLATFORM), key, session, ctx.nowMs + DAY_MS);
  return id;
}

/** The person of a session; undefined if it is over, or the person has lost every role. */
export async function readPerson(ctx: SessionContext, id: string | undefined): Promise<Person | undefined> {
  if (id === undefined || !ID.test(id)) return undefined;
  const key = sessionKey(ctx.stage, id);
  const table = ctx.table(PLATFORM);
  const session = await readSession(table, key);
  if (session === undefined) return undefined;
  const isOver = ctx.nowMs >= session.created_ms + LONGEST_MS || ctx.nowMs >= session.seen_ms + IDLE_MS;
  const current = isOver ? undefined : await askAnew(ctx, key, session);
  const roles = current && rolesInGroups(current.groups, ctx.groups);
  if (current === undefined || roles === undefined || !hasAnyRole(roles)) {
    await removeSession(table, key);
    return undefined;
  }
  if (ctx.nowMs - session.seen_ms >= SEEN_EVERY_MS)
    await changeSession(table, key, { seen_ms: ctx.nowMs }, { seen_ms: session.seen_ms });
  return { id: current.id, name: current.name, roles };
}

export async function endSession(ctx: SessionContext, id: string | undefined): Promise<void> {
  if (id !== undefined && ID.test(id)) await removeSession(ctx.table(PLATFORM), sessionKey(ctx.stage, id));
}

/** The person as of the last quarter of an hour. Of parallel requests one asks, as a refresh token may work once. */
async function askAnew(ctx: SessionContext, key: Key, session: StoredSession): Promise<Sealed | undefined> {
  const known = JSON.parse(ctx.vault.decrypt(session.sealed, key.pk)) as Sealed;
  const { asked_until_ms, asking_until_ms } = session;
  if (ctx.nowMs < asked_until_ms) return known;
  if (known.refreshToken === null) return undefined;
  const table = ctx.table(PLATFORM);
  const claim = { asking_until_ms: ctx.nowMs + ASKING_MS };
  const isFirst = ctx.nowMs >= asking_until_ms && (await changeSession(table, key, claim, { asking_until_ms }));
  if (!isFirst) return waitForOther(ctx, key);
  const identity = await ctx.provider.ask(known.refreshToken);
  if (identity?.id !== known.id) return undefined;
  const changes = {
    sealed: seal(ctx.vault, key, identity),
    asked_until_ms: ctx.nowMs + ASKED_EVERY_MS,
  };
  // A session that was ended meanwhile stays ended. The claim stays too: a request that read the session before this
  // change must not take the spent refresh token.
  return (await changeSession(table, key, changes, claim)) ? { ...identity, refreshToken: null } : undefined;
}

/** Waits until another request has asked. Nobody goes on with groups that are out of date. */
async function waitForOther(ctx: SessionContext, key: Key): Promise<Sealed | undefined> {
  for (let tries = 0; tries < WAITS; tries += 1) {
    await sleep(WAIT_MS);
    const session = await readSession(ctx.table(PLATFORM), key);
    if (session === undefined) return undefined;
    if (session.asked_until_ms > ctx.nowMs) return JSON.parse(ctx.vault.decrypt(session.sealed, key.pk)) as Sealed;
  }
  throw new Unavailable('another request asks for the groups');
}

function seal(vault: Vault, key: Key, { id, name, groups, refreshToken }: Identity): string {
  const sealed: Sealed = { id, name, groups, refreshToken: refreshToken ?? null };
  return vault.encrypt(JSON.stringify(sealed), key.pk);
}
