import { ROUTE_PATIENCE } from './aws-client.ts';
import { machineTime } from './clock.ts';
import type { HttpAnswer } from './http-answer.ts';
import { openPost } from './https-post.ts';
import { jitter } from './jitter.ts';
import { isRetryable } from './outage.ts';
import { requestSigner, type Credentials, type JsonService } from './signature.ts';

export type AwsJsonConfig = {
  region: string;
  /** Set on one machine only; otherwise the region's own endpoint. */
  endpoint: string | undefined;
  /** Read for each attempt, so that new credentials are used at once. */
  credentials: () => Credentials;
  /** False for a client whose next request comes when a kept connection would be long dead. */
  keepsConnections?: boolean;
};

/**
 * Sends one request, up to three times while its errors may pass. Rejects with the error of AWS under its own name, or
 * with that of the connection. `signal` ends all of it.
 */
export type AwsJson = (operation: string, input: unknown, signal: AbortSignal) => Promise<unknown>;

/** The difference to the clock of AWS from which on a request is signed with the latter: AWS refuses 15 minutes. */
const SKEW_MS = 5 * 60_000;

/**
 * A client of one AWS service over Node's sockets. It is a tenth of the SDK's size and does a fraction of its work. Its
 * rules are in docs/wires.md, and tests hold it to the SDK's behavior.
 */
export function openAwsJson(
  service: JsonService,
  { region, endpoint, credentials, keepsConnections = true }: AwsJsonConfig,
): AwsJson {
  const address = chooseAddress(service.name, region, endpoint);
  const send = openPost(address, keepsConnections);
  const sign = requestSigner(service, region, address.host);
  let skewMs = 0;
  /** Errors that a second attempt may not meet: the clock or the credentials are others now. */
  const passing = new WeakSet();

  /** Learns by how much this machine's clock is wrong, unless the machine slept while the answer waited. */
  const learnSkew = ({ date }: HttpAnswer, sentMs: number): void => {
    const nowMs = machineTime().getTime();
    const differsMs = Date.parse(date ?? '') - nowMs - skewMs;
    if (Math.abs(differsMs) >= SKEW_MS && nowMs - sentMs < SKEW_MS) skewMs += differsMs;
  };

  const sendOnce = async (operation: string, body: string, signal: AbortSignal): Promise<unknown> => {
    const used = { credentials: credentials(), skewMs };
    const sentMs = machineTime().getTime();
    const answer = await send(sign(operation, body, new Date(sentMs + skewMs), used.credentials), body, signal);
    learnSkew(answer, sentMs);
    if (answer.status === 200) return parseAnswer(answer);
    const members = answer.text === '' ? {} : parseAnswer(answer);
    // Most answers are no errors.
    const { readAwsError } = await import('./aws-error.ts');
    const error = readAwsError(answer, members);
    const isRenewed = EXPIRED.test(error.name) && credentials().secretAccessKey !== used.credentials.secretAccessKey;
    // Another call may have learned the difference meanwhile.
    if (skewMs !== used.skewMs || isRenewed) passing.add(error);
    throw error;
  };

  return async (operation, input, signal) => {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(operation, body, signal);
      } catch (error) {
        const mayPass = isRetryable(error) || passing.has(error as object);
        if (signal.aborted || !mayPass || attempt === ROUTE_PATIENCE.attempts) throw error;
      }
      await jitter(attempt, signal);
    }
  };
}

/** The errors that say that the credentials ended. */
const EXPIRED = /^(?:ExpiredToken(?:Exception)?|UnrecognizedClientException)$/;

/** The service's own address, unless another is given. China's regions have a domain of their own. */
export const chooseAddress = (service: string, region: string, endpoint?: string): URL =>
  new URL(endpoint ?? `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);

/** Rejects an answer that is not a JSON object as the SDK does: a proxy may have answered with a page. */
function parseAnswer({ status, text }: HttpAnswer): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // The same as any other text.
  }
  throw Object.assign(new SyntaxError('the answer is not JSON'), { $metadata: { httpStatusCode: status } });
}
