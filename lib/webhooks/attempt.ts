import { uptimeMs } from '../process/clock.ts';
import { deadline } from '../process/timers.ts';
import { DAY_S, isoSeconds } from '../domain/time.ts';
import { unicodePattern } from '../domain/unicode-pattern.ts';
import type { Attempt, AttemptOutcome, AttemptTrigger } from '../domain/webhook.ts';
import { post, type Answer } from './exchange.ts';
import type { Message } from './message.ts';
import { signedHeaders } from './sign.ts';
import { locate, resolveByDns, type Resolve } from './target.ts';

const unreadable = unicodePattern('[^\\P{C}\\n\\t]', 'gu');

/** Limits the whole attempt, from the host's look-up to the answer. */
export const ATTEMPT_TIMEOUT_MS = 15_000;
/** A receiver that names a longer pause is retried after this one. */
const LONGEST_RETRY_AFTER_S = DAY_S;

export type Sending = {
  now: () => number;
  trigger: AttemptTrigger;
  /** Allows any port of this machine, with HTTP too. Only `npm start` does so. */
  allowLoopback: boolean;
  timeoutMs?: number | undefined;
  resolve?: Resolve | undefined;
  /** Certificates to trust besides the known authorities', in PEM. */
  trusted?: string | undefined;
};

/** The outcome, and the seconds after which the receiver wants a retry, if it named them. */
export type Attempted = { attempt: Attempt; retryAfterSeconds?: number };

/** Sends a message once, signed with each of the secrets. Never rejects for a receiver's fault. */
export async function attempt(
  endpoint: { url: string },
  secrets: readonly string[],
  message: Message,
  sending: Sending,
): Promise<Attempted> {
  const startedMs = sending.now();
  const started = uptimeMs();
  const answer = await send(endpoint.url, secrets, message, sending, startedMs);
  const latency_ms = Math.round(uptimeMs() - started);
  const wait = answer.kind === 'answered' ? retryAfter(answer, sending.now()) : undefined;
  return {
    attempt: { at: isoSeconds(startedMs), trigger: sending.trigger, latency_ms, ...resultOf(answer) },
    ...(wait === undefined ? {} : { retryAfterSeconds: wait }),
  };
}

type NoAnswer = { kind: 'failed'; outcome: AttemptOutcome };
const timedOut: NoAnswer = { kind: 'failed', outcome: 'timed_out' };

async function send(
  url: string,
  secrets: readonly string[],
  message: Message,
  sending: Sending,
  startedMs: number,
): Promise<Answer | NoAnswer> {
  const signal = deadline(sending.timeoutMs ?? ATTEMPT_TIMEOUT_MS);
  const target = await locate(url, {
    allowLoopback: sending.allowLoopback,
    resolve: sending.resolve ?? resolveByDns,
    signal,
  });
  if (target.kind === 'failed') return target.outcome === 'dns_failed' && signal.aborted ? timedOut : target;
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'LicenseService-Webhooks/1',
    accept: '*/*',
    ...signedHeaders(message, secrets, Math.floor(startedMs / 1000)),
  };
  const answer = await post(target, { headers, body: message.body }, { signal, trusted: sending.trusted });
  return answer.kind === 'failed' && signal.aborted ? timedOut : answer;
}

function resultOf(answer: Answer | NoAnswer): Pick<Attempt, 'outcome' | 'status_code' | 'response_body'> {
  if (answer.kind === 'failed') return { outcome: answer.outcome, status_code: null, response_body: null };
  const { status, body } = answer;
  return { outcome: outcomeOf(status), status_code: status, response_body: body.length === 0 ? null : textOf(body) };
}

function outcomeOf(status: number): AttemptOutcome {
  if (status >= 200 && status < 300) return 'delivered';
  if (status >= 300 && status < 400) return 'redirected';
  return status === 410 ? 'gone' : 'refused_by_receiver';
}

/** The text is shown to people, in terminals too: characters that control something, or reverse text, are replaced. */
function textOf(body: Buffer): string {
  const text = new TextDecoder().decode(body, { stream: true });
  return text.replaceAll('\r\n', '\n').replaceAll(unreadable(), '\uFFFD');
}

/** RFC 9110 §10.2.3: seconds, or a date, which begins with the day's name. */
function retryAfter({ status, retryAfter: asked }: Answer, nowMs: number): number | undefined {
  if ((status !== 429 && status !== 503) || asked === undefined) return undefined;
  const dateMs = /^[A-Z][a-z]{2}/.test(asked) ? Date.parse(asked) : NaN;
  const seconds = /^\d+$/.test(asked) ? Number(asked) : Math.ceil((dateMs - nowMs) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.min(LONGEST_RETRY_AFTER_S, Math.max(0, seconds));
}
