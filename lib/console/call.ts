import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Context as HonoContext } from 'hono';
import type { Context as VerbContext, Runtime } from '../context.ts';
import { deadline } from '../process/timers.ts';
import type { ConsoleConfig } from '../process/config.ts';
import type { Provider } from './provider.ts';
import type { Person } from './session.ts';

/** One request to the console: the context of the verbs, and what the console itself knows. */
export type Call = {
  ctx: VerbContext;
  provider: Provider;
  config: ConsoleConfig;
  /** Scheme and host as the browser names them. */
  origin: string;
  isSecure: boolean;
};

export type ConsoleEnv = {
  Bindings: { event: APIGatewayProxyEventV2 };
  /** `isOwnForm`: the request is a form that a page of the console sent. */
  Variables: { call: Call; person: Person; requestId: string; isOwnForm: boolean };
};
export type PageContext = HonoContext<ConsoleEnv>;

/** A person waits for a page no longer than this. */
const CONSOLE_DEADLINE_MS = 10_000;
const ANSWER_MS = 500;

const isSecureStage = ({ issuer }: ConsoleConfig): boolean => !issuer.startsWith('http:');

/** Scheme and host as the browser names them. */
export function readOrigin(c: PageContext, config: ConsoleConfig): string {
  const { headers, requestContext } = c.env.event;
  const { domainName } = requestContext;
  // The gateway names the host by which it was reached; on one machine the browser does.
  return isSecureStage(config) ? `https://${domainName}` : `http://${String(headers['host'])}`;
}

/** Opens a request: the data key with it, because every page shows something that is encrypted. */
export async function openCall(
  c: PageContext,
  runtime: Runtime,
  { config, provider }: Pick<Call, 'config' | 'provider'>,
): Promise<Call> {
  const { http } = c.env.event.requestContext;
  const signal = deadline(CONSOLE_DEADLINE_MS - ANSWER_MS);
  const { measure } = runtime.metrics;
  const vault = await runtime.vault(signal);
  const isSecure = isSecureStage(config);
  const origin = readOrigin(c, config);
  const ctx: VerbContext = {
    stage: runtime.stage,
    requestId: c.get('requestId'),
    request: { method: http.method, path: http.path, sourceIp: http.sourceIp, baseUrl: origin },
    nowMs: runtime.now(),
    measure,
    table: (...owners) => ({
      wire: runtime.wire,
      name: runtime.tableName,
      owners,
      signal,
      onContention: () => measure('contention_retries'),
    }),
    vault,
    openVault: () => Promise.resolve(vault),
    once: undefined,
    ifMatch: undefined,
    found: undefined,
    headers: {},
  };
  return { ctx, provider, config, origin, isSecure };
}
