import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { required } from '../domain/invariant.ts';
import { isRefusal, refuse, type Refusal } from '../domain/refusal.ts';
import type { Answer, LoggedCall } from '../table/once.ts';
import { Contention } from '../dynamo/wire.ts';
import type { Context, Runtime } from '../context.ts';
import { uptimeMs } from '../process/clock.ts';
import { readFunctionVersion } from '../process/config.ts';
import { Unavailable } from '../process/outage.ts';
import { deadline } from '../process/timers.ts';
import { CLOSED_VAULT } from '../process/closed-vault.ts';
import type { Caller } from './authenticate.ts';
import type { Binding } from './binding.ts';
import { refusePastEdge } from './edge.ts';
import { readInput } from './input.ts';
import { loadProblems, type ProblemsLoader } from './known-problems.ts';
import { readRequestId, toResult, type Page, type Result } from './respond.ts';
import { allowedMethods, DEADLINE_MS, routeKey } from '../api/route.ts';

/** The facts about a request that the chain collects. */
type Call = {
  requestId: string;
  startedMs: number;
  runtime: Runtime;
  binding: Binding;
  ctx: Context;
  caller?: Caller;
  /** Headers of every answer of this route to this caller. */
  headers?: Record<string, string>;
  input?: unknown;
  /** The key prefix by which a license key claims to be a brand's. */
  owner?: string | undefined;
  /** The code in the answer, if it is a verdict. */
  code?: string;
  /** The action of another protocol, all of whose calls have one path. */
  action?: string;
};
type Event = APIGatewayProxyEventV2 & { call: Call };
type Bindings = readonly [Binding, ...Binding[]];
type Step = MiddlewareObj<Event, Result>;

/** A refusal on its way out of the chain. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

function orThrow<T>(outcome: T | Refusal): T {
  if (isRefusal(outcome)) throw new Refused(outcome);
  return outcome;
}

/**
 * The only middleware chain: around everything the request id, the answer's form and the log line; then credentials,
 * input, verb. `open` is called at the container's first request, so that a missing setting is answered and logged like
 * any other fault.
 */
export function serve(open: () => Runtime, bindings: Bindings) {
  return serveKnownProblems(loadProblems, open, bindings);
}

/** The function answers only with these problems. They are loaded with its first refusal, so that it starts fast. */
export function serveKnownProblems(load: ProblemsLoader, open: () => Runtime, bindings: Bindings) {
  return middy<Event, Result>()
    .use(edge())
    .use(envelope(load, open, bindings))
    .use(credentials())
    .use(checkedInput())
    .handler(async (event) => {
      const { binding, ctx, input, caller } = event.call;
      const outcome = orThrow(await binding.run(ctx, input, caller));
      Object.assign(event.call, factsIn(outcome));
      if (outcome.kind !== 'page' && outcome.replayed === true) ctx.measure('idempotent_replays');
      const result = toResult(outcome, ctx.requestId, { ...event.call.headers, ...ctx.headers });
      return binding.inForm?.(result, undefined, event) ?? result;
    });
}

/** Before all else: a call that went past the edge of its stage is not for us. */
const edge = (): Step => ({ before: ({ event }) => refusePastEdge(event) });

/** Outermost: whatever happens inside leaves as an answer in house form, with one log line. */
function envelope(load: ProblemsLoader, open: () => Runtime, bindings: Bindings): Step {
  const bindingOf = chooser(bindings);
  let runtime: Runtime | undefined;
  return {
    before: async ({ event }) => {
      const call: Pick<Call, 'requestId' | 'startedMs' | 'owner'> = {
        requestId: await readRequestId(event),
        startedMs: uptimeMs(),
      };
      Object.assign(event, { call });
      runtime ??= open();
      const binding = orThrow(bindingOf(event));
      const { deprecated } = binding.route;
      const headers = deprecated && (await import('./deprecation.ts')).buildDeprecationHeaders(deprecated);
      Object.assign(call, {
        runtime,
        binding,
        ...(headers && { headers }),
        ctx: openContext(runtime, binding, event, call),
      });
    },
    after: ({ event, response }) => {
      if (response && isHead(event)) response.body = '';
      logAnswer(runtime, event, required(response?.statusCode, STATUS), event.call.code);
    },
    onError: async (request) => {
      const { event } = request;
      const { call } = event;
      const refusal = await completed(call, refusalOf(request.error));
      const binding = bindingOf(event);
      const { answerFailure } = await import('./answer-failure.ts');
      request.response = await answerFailure(event, runtime, load, {
        error: request.error,
        refusal,
        requestId: call.requestId,
        headers: { ...call.headers, ...(call as Partial<Call>).ctx?.headers },
        route: routeNamed(event),
        inForm: isRefusal(binding) ? undefined : binding.inForm,
      });
      if (isHead(event)) request.response.body = '';
      logAnswer(runtime, event, required(request.response.statusCode, STATUS), refusal.code);
    },
  };
}

const STATUS = 'an answer has a status';

const isHead = (event: APIGatewayProxyEventV2): boolean => event.requestContext.http.method === 'HEAD';

/** The route that a request is for, as the route table names it; `$default` where it has none. */
const routeNamed = ({ routeKey: key, requestContext }: APIGatewayProxyEventV2): string =>
  key === '$default' ? key : routeKey({ method: requestContext.http.method, path: key.slice(key.indexOf(' ') + 1) });

/** Chooses the binding for a request. HEAD is served as GET; a route key of the gateway may mean all methods. */
function chooser(bindings: Bindings) {
  const byKey = new Map(bindings.map((binding) => [routeKey(binding.route), binding]));
  return (event: APIGatewayProxyEventV2): Binding | Refusal => {
    if (bindings[0].takesAll === true) return bindings[0];
    const key = routeNamed(event);
    const binding = byKey.get(key.replace(/^HEAD /, 'GET '));
    if (binding !== undefined) return binding;
    const there = bindings.filter(({ route: { path } }) => path === key.slice(key.indexOf(' ') + 1));
    if (key === '$default' || there.length === 0) return bindings[0];
    return refuse('method_not_allowed', { allowed: allowedMethods(there.map(({ route: { method } }) => method)) });
  };
}

/** Only routes that ask for an API key have someone to admit. */
function credentials(): Step {
  return {
    before: async ({ event }) => {
      const { ctx, binding } = event.call;
      const admission = await binding.admit?.(event, ctx, binding.route);
      if (admission === undefined) return;
      event.call.headers = { ...event.call.headers, ...admission.headers };
      event.call.caller = orThrow(admission.caller);
    },
  };
}

function checkedInput(): Step {
  return {
    before: async ({ event }) => {
      const { binding, ctx } = event.call;
      const { input, once } = orThrow(
        binding.read ? { once: undefined, ...orThrow(binding.read(event)) } : await readInput(binding.route, event),
      );
      event.call.input = input;
      ctx.once = once;
      const { vault } = binding.route;
      if (vault === true || (vault === 'on_demand' && once !== undefined)) await ctx.openVault();
    },
  };
}

function openContext(
  runtime: Runtime,
  { route }: Binding,
  event: APIGatewayProxyEventV2,
  call: Pick<Call, 'requestId' | 'owner'>,
): Context {
  const { method, path, sourceIp } = event.requestContext.http;
  const signal = deadline((route.deadlineMs ?? DEADLINE_MS[route.auth]) - ANSWER_MS);
  const { measure } = runtime.metrics;
  const ctx: Context = {
    stage: runtime.stage,
    requestId: call.requestId,
    request: { method, path, sourceIp, baseUrl: readBaseUrl(event) },
    nowMs: runtime.now(),
    measure,
    table: (...owners) => {
      if (route.auth === 'license_key') call.owner ??= owners.find((owner) => !owner.startsWith('@'));
      return {
        wire: runtime.wire,
        name: runtime.tableName,
        owners,
        signal,
        onContention: () => measure('contention_retries'),
      };
    },
    vault: CLOSED_VAULT,
    openVault: async () => {
      ctx.vault = await runtime.vault(signal);
      return ctx.vault;
    },
    once: undefined,
    ifMatch: event.headers['if-match'],
    found: undefined,
    headers: {},
  };
  return ctx;
}

/** The gateway sets both headers itself. */
const readBaseUrl = ({ headers, requestContext }: APIGatewayProxyEventV2): string =>
  `${headers['x-forwarded-proto'] ?? 'https'}://${headers['host'] ?? requestContext.domainName}`;

/** The part of the deadline that is reserved for the answer itself. */
const ANSWER_MS = 200;

/** The refusal as the route's binding completes it. A call may fail before it has a binding and a context. */
function completed({ binding, ctx, input }: Partial<Call>, refusal: Refusal): Refusal | Promise<Refusal> {
  return ctx === undefined ? refusal : (binding?.completeRefusal?.(ctx, input, refusal) ?? refusal);
}

/** An error that is none of our refusals is a passing fault of the table, or a bug. */
function refusalOf(error: Error | null | undefined): Refusal {
  if (error instanceof Refused) return error.refusal;
  if (error instanceof Contention) return refuse('busy', { retry_after_seconds: 1 });
  if (error instanceof Unavailable) return refuse('unavailable', { retry_after_seconds: 5 });
  return refuse('internal_error');
}

/**
 * The brand by its slug where an API key named it, by its key prefix where a license key that is known did: a product
 * route does not read the brand.
 */
function logAnswer(runtime: Runtime | undefined, event: Event, status: number, code: string | undefined): void {
  const { call } = event;
  runtime?.logger.info({
    event: 'call.answered',
    route: routeNamed(event),
    request_id: call.requestId,
    status,
    ms: Math.round(uptimeMs() - call.startedMs),
    action: call.action,
    code,
    brand: code === 'license_key_not_found' ? undefined : (call.caller?.brand?.slug ?? call.owner),
    // The canary of a release counts these lines by version (infra/releases.ts).
    version: status >= 500 ? readFunctionVersion() : undefined,
  });
  runtime?.metrics.flush();
}

function factsIn(outcome: Answer | Page): LoggedCall | undefined {
  if (outcome.kind === 'page') return undefined;
  const { body, logged } = outcome;
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string'
    ? { code: body.code }
    : logged;
}
