import { sleep } from '../lib/process/timers.ts';
import { forgetVaults } from '../lib/process/open-vault.ts';
import { forgetSigners } from '../lib/process/signer.ts';
import { Unavailable } from '../lib/process/outage.ts';
import { buildLocalAnswer, buildLocalProblem } from './answer.ts';
import { readPath, type GatewayRequest } from './event.ts';
import type { FaultMode, FaultSwitch } from './fault-proxy.ts';
import type { Gateway, GatewayResponse } from './gateway.ts';
import { interceptSecretFiles } from './secret-files.ts';

const METHOD = 'POST';
const PATH = '/__local/fault';
const ROUTE = `${METHOD} ${PATH}`;
const MODES: readonly FaultMode[] = ['away', 'slow', 'off'];
/** Longer than a route waits for an answer of the table, so that its retries can be seen. */
const DELAY_MS = 2_000;
const MOST_DELAY_MS = 60_000;
const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|::1)$/;

/** The parts that can be taken away, by the name that `what` gives them. */
export type FaultParts = Readonly<Record<string, FaultSwitch>>;

/** The data key and the signing keys. Every container becomes a cold one, as a warm one has them in memory. */
export const secretSwitch: FaultSwitch = {
  set(mode, delayMs) {
    forgetVaults();
    forgetSigners();
    interceptSecretFiles(
      mode === 'off'
        ? undefined
        : async (signal) => {
            if (mode === 'away') throw new Unavailable('the secrets were taken away by /__local/fault');
            await sleep(delayMs, signal);
          },
    );
  },
};

/** The gateway, and before it a route that takes a part of the service away. Only this machine may call it. */
export function addFault(gateway: Gateway, parts: FaultParts): Gateway {
  const modes = new Map<string, FaultMode>(Object.keys(parts).map((name) => [name, 'off']));
  return (request) => {
    const isAsked = request.method === METHOD && readPath(request.target) === PATH && LOOPBACK.test(request.sourceIp);
    return isAsked ? Promise.resolve(setFault(request, parts, modes)) : gateway(request);
  };
}

function setFault({ target }: GatewayRequest, parts: FaultParts, modes: Map<string, FaultMode>): GatewayResponse {
  const asked = new URLSearchParams(target.slice(PATH.length));
  const what = asked.get('what') ?? '';
  const part = Object.hasOwn(parts, what) ? parts[what] : undefined;
  const mode = MODES.find((one) => one === asked.get('mode'));
  const ms = asked.get('ms') ?? String(DELAY_MS);
  const refuse = (detail: string): GatewayResponse => buildLocalProblem(ROUTE, 400, 'bad_request', detail);
  if (part === undefined) return refuse(`what must be one of ${Object.keys(parts).join(', ')}.`);
  if (mode === undefined) return refuse(`mode must be one of ${MODES.join(', ')}.`);
  if (!/^\d{1,5}$/.test(ms) || Number(ms) > MOST_DELAY_MS)
    return refuse(`ms must be a number of milliseconds up to ${MOST_DELAY_MS}.`);
  part.set(mode, Number(ms));
  modes.set(what, mode);
  return buildLocalAnswer(ROUTE, 200, 'application/json', Object.fromEntries(modes));
}
