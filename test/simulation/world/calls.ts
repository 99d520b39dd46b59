import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { byOperation, eventFor, type Call } from '../../support/service/service.ts';
import type { Invoked, SimulatedWorld } from './parts.ts';
import { timeOf } from './world.ts';

export type { Call } from '../../support/service/service.ts';
export type ClientReply = { status: number; text: string; body: Record<string, unknown>; etag?: string | undefined };
/** `lost`: the caller knows nothing of the outcome. */
export type ClientAnswer = ClientReply | 'lost';

export const readReply = (outcome: Invoked): ClientAnswer => {
  if (outcome.kind === 'lost') return 'lost';
  if (outcome.kind === 'failed') return { status: 500, text: String(outcome.error), body: {} };
  // A function that no client calls answers nothing, or the messages that it could not handle.
  const { statusCode = 0, body = '', headers } = (outcome.value ?? {}) as APIGatewayProxyStructuredResultV2;
  const etag = headers?.['etag']?.toString();
  return { status: statusCode, text: body, body: JSON.parse(body === '' ? '{}' : body) as ClientReply['body'], etag };
};

/** Sends one call to the function of its route. */
export async function callRoute(world: SimulatedWorld, operation: string, call: Call): Promise<ClientAnswer> {
  const route = byOperation(operation);
  const answer = readReply(await world.invoke(route.function, eventFor(route, call), 29_000));
  if (answer !== 'lost' && answer.status === 500)
    world.violations.push(`${operation} was answered with 500: ${answer.text}`);
  return world.weather.strikes('the answer to a client is lost') ? 'lost' : answer;
}

/** True if the caller does not know whether anything happened. */
export const isUnknown = (answer: ClientAnswer): boolean =>
  answer === 'lost' || answer.status > 500 || answer.status === 429;

const PAUSE_MS = 2_000;
const MOST_TRIES = 60;

/** Sends a call until it is answered, under one idempotency key where the route has them. */
export async function callUntilAnswered(
  world: SimulatedWorld,
  who: string,
  operation: string,
  call: Call,
): Promise<ClientReply & { wasLost: boolean }> {
  let wasLost = false;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const answer = await callRoute(world, operation, call);
    if (answer !== 'lost' && !isUnknown(answer)) {
      const code = answer.status < 300 ? '' : ` ${String(answer.body['code'])}`;
      world.story.push(`${timeOf(world)}  ${who}: ${operation} → ${answer.status}${code}`);
      return { ...answer, wasLost };
    }
    wasLost = true;
    world.story.push(`${timeOf(world)}  ${who}: ${operation} → no answer`);
    await new Promise<void>((resolve) => {
      world.scheduler.after(PAUSE_MS + world.chance.below(PAUSE_MS), resolve);
    });
  }
  throw new Error(`${who}: ${operation} was not answered in ${MOST_TRIES} tries`);
}

/** Runs what a client does while time passes in the world, and returns what it returns. */
export async function runIn<T>(world: SimulatedWorld, work: Promise<T>): Promise<T> {
  const state: { end?: { value: T } | { error: unknown } } = {};
  work.then(
    (value) => {
      state.end = { value };
    },
    (error: unknown) => {
      state.end = { error };
    },
  );
  await world.scheduler.run(() => state.end !== undefined || world.failure() !== undefined);
  const failure = world.failure();
  if (failure !== undefined) throw failure;
  if (state.end === undefined) throw new Error('everything stands still, and a client still waits');
  if ('error' in state.end) throw state.end.error;
  return state.end.value;
}
