import { setTimeout as pause } from 'node:timers/promises';
import { isOwnFault, sendCall, type Answered, type Call } from './calls.ts';
import type { Chance } from './chance.ts';

/** A license that several clients use at once, and its key. */
export type SharedLicense = { id: string; key: string; product: string; sites: Map<string, boolean> };

/** The address and key of the service, and all that went wrong or right so far. */
export type Run = {
  baseUrl: string;
  apiKey: string;
  violations: string[];
  counts: Record<'answered' | 'refused' | 'lost' | 'replayed' | 'checked', number>;
  isOver: () => boolean;
};

const RETRY_MS = 150;
/** No route works on a call for longer. */
const ATTEMPT_ENDS_MS = 11_000;
/** One request in so many is cut, one answer in so many is asked for a second time. */
const CUT = 12;
const REPLAYED = 4;
const CUT_WITHIN_MS = 60;

/** A client that remembers what it was answered, and holds the service to it. */
export type Client = {
  name: string;
  run: Run;
  chance: Chance;
  made: number;
  /** The metadata that this client last wrote, by license: no other client writes it. */
  written: Map<SharedLicense, string>;
};

export const openClient = (name: string, run: Run, chance: Chance): Client => ({
  name,
  run,
  chance,
  made: 0,
  written: new Map(),
});

/** Sends a change until it is answered, always under one idempotency key, and sometimes hangs up on the answer. */
export async function changeUntilAnswered(client: Client, call: Call): Promise<Answered & { wasLost: boolean }> {
  const { run, chance, name } = client;
  client.made += 1;
  let wasLost = false;
  const kept: Call = { ...call, idempotencyKey: `${name}-${client.made}` };
  for (;;) {
    const isCut = call.isPlain !== true && !run.isOver() && chance.below(CUT) === 0;
    const outcome = await sendCall(
      run.baseUrl,
      isCut ? { ...kept, cutAfterMs: 1 + chance.below(CUT_WITHIN_MS) } : kept,
    );
    if (isOwnFault(outcome)) run.violations.push(`${name}: ${call.method} ${call.path} was answered with 500`);
    else if (outcome !== 'lost') {
      run.counts[outcome.status < 300 ? 'answered' : 'refused'] += 1;
      const isReplayed = call.isPlain !== true && outcome.status < 300 && chance.below(REPLAYED) === 0;
      if (isReplayed) await expectFirstAnswer(client, kept, outcome);
      return { ...outcome, wasLost };
    }
    wasLost = true;
    run.counts.lost += 1;
    await pause(RETRY_MS);
  }
}

/** A read until it is answered. */
export async function readUntilAnswered({ run }: Pick<Client, 'run'>, call: Call): Promise<Answered> {
  for (;;) {
    const outcome = await sendCall(run.baseUrl, call);
    if (outcome !== 'lost') return outcome;
    run.counts.lost += 1;
    await pause(RETRY_MS);
  }
}

async function expectFirstAnswer({ run, name }: Client, call: Call, first: Answered): Promise<void> {
  const second = await sendCall(run.baseUrl, call);
  if (second === 'lost') return;
  run.counts.replayed += 1;
  if (second.status !== first.status || lastingPart(second.text) !== lastingPart(first.text))
    run.violations.push(`${name}: ${call.method} ${call.path} was answered differently under one idempotency key`);
}

/** A replay computes when to ask next and how long to rely on it; all else is the first answer. */
const lastingPart = (text: string): string => {
  const { next_check_at: _next, stale_ok_until: _until, proof: _proof, ...rest } = JSON.parse(text) as Body;
  return JSON.stringify(rest);
};
type Body = Record<string, unknown>;

function checkPath({ key, product }: SharedLicense, site: string): string {
  const query = new URLSearchParams({ license_key: key, product, instance_identifier: site });
  return `/api/v1/product/licenses/check?${query.toString()}`;
}

/** A check after an answered change sees it; after a refused one it sees what was before. */
export async function expectSite(client: Pick<Client, 'run' | 'name'>, of: SharedLicense, site: string): Promise<void> {
  const { run, name } = client;
  const { status, body } = await readUntilAnswered(client, { method: 'GET', path: checkPath(of, site) });
  run.counts.checked += 1;
  const expected = of.sites.get(site) ?? false;
  if (status === 200 && body['is_activated'] === expected) return;
  const answer = `${String(body['is_activated'])} (${status}), not ${String(expected)}`;
  run.violations.push(`${name}: ${site} of license ${of.id} was answered ${answer}`);
}

/** Activates or deactivates one of the client's own sites on a license that all clients share. */
export async function changeSite(client: Client, of: SharedLicense, site: string): Promise<void> {
  const isActive = of.sites.get(site) ?? false;
  const verb = isActive ? 'deactivate' : 'activate';
  const body = { license_key: of.key, product: of.product, instance_identifier: site };
  const call: Call = { method: 'POST', path: `/api/v1/product/licenses/${verb}`, body };
  const { status, wasLost } = await changeUntilAnswered(client, call);
  if (status < 300) of.sites.set(site, !isActive);
  else if (wasLost) await learnSite(client, of, site);
  else if (isActive) client.run.violations.push(`${client.name}: a deactivation of ${site} was refused with ${status}`);
}

/**
 * A refusal is not stored, so an attempt that seemed lost may still succeed after another one was refused. Once its
 * time is up, the client asks what came of it.
 */
async function learnSite(client: Client, of: SharedLicense, site: string): Promise<void> {
  await pause(ATTEMPT_ENDS_MS);
  const { body } = await readUntilAnswered(client, { method: 'GET', path: checkPath(of, site) });
  of.sites.set(site, body['is_activated'] === true);
}

const licensePath = ({ id }: SharedLicense): string => `/api/v1/brand/licenses/${id}`;

export async function expectMetadata(client: Client, of: SharedLicense): Promise<void> {
  const { run, name, written } = client;
  const value = written.get(of);
  if (value === undefined) return;
  const { body } = await readUntilAnswered(client, { method: 'GET', path: licensePath(of), apiKey: run.apiKey });
  const { [name]: found } = (body['metadata'] ?? {}) as Record<string, string>;
  run.counts.checked += 1;
  if (found !== value) run.violations.push(`${name}: license ${of.id} has ${found ?? 'nothing'}, not ${value}`);
}

/** Writes a note of the client's own into a license that all clients change. */
export async function changeMetadata(client: Client, of: SharedLicense): Promise<void> {
  const value = String(client.made);
  const body = { metadata: { [client.name]: value } };
  const call: Call = { method: 'PATCH', path: licensePath(of), apiKey: client.run.apiKey, body, isPlain: true };
  const { status } = await changeUntilAnswered(client, call);
  if (status < 300) client.written.set(of, value);
}
