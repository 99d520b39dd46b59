import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { listScopes, pathParameters } from '../api/route.ts';
import type { OwnerContext } from '../context.ts';
import { mayCall, type Role } from '../domain/roles.ts';
import { isRefusal, refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import { describeIssue } from '../http/messages.ts';
import { refuseCredentials } from '../http/credential-fields.ts';
import type { Answer } from '../table/once.ts';
import type { Act, ActField } from './act.ts';
import { readPairs } from './pairs.ts';

/** The texts that a person typed into a form, by the names of its fields. */
export type Typed = Readonly<Record<string, string>>;

/** A reason is the only field that the console asks for and the API does not. */
const REASON_LENGTH = 500;
const UUID_V4 = /^[0-9a-f-]{36}$/;

type Permitted = { route: Pick<Act['route'], 'operation' | 'scope' | 'alsoScopes'>; forAdmins?: true };

export const mayDo = (role: Role, { route, forAdmins }: Permitted): boolean =>
  (forAdmins !== true || role !== 'support') && mayCall(role, route.operation, listScopes(route));

/** The part of a context that a person's form fills in. */
export type Author = Pick<OwnerContext, 'owner' | 'reason' | 'once' | 'ifMatch'>;
type Performed<C> = Pick<Act, 'route' | 'fields' | 'own'> & {
  run: (ctx: C, input: unknown) => Promise<Answer | Refusal>;
};

/** Runs an act with what a person typed: the same checks, the same verb and the same refusals as the API. */
export async function perform<C extends Author>(
  ctx: C,
  act: Performed<C>,
  id: string,
  typed: Typed,
): Promise<{ input: Record<string, unknown>; outcome: Answer | Refusal }> {
  const input = inputOf(act, id, typed);
  const errors = reasonErrors(typed);
  const checked = await z.safeParseAsync(act.route.input, input, { error: describeIssue });
  if (!checked.success || errors.length > 0) {
    const issues = checked.error?.issues ?? [];
    const faults = issues.map(({ path, message }) => ({ pointer: `/${path.map(String).join('/')}`, message }));
    return { input, outcome: refuse('bad_request', { errors: [...errors, ...faults] }) };
  }
  const refused = refuseCredentials({ ...act.route, auth: 'brand', access: 'write', vault: true }, input, ctx.owner);
  return { input, outcome: refused ?? (await act.run(withTokens(ctx, act, input, typed), checked.data)) };
}

function reasonErrors({ reason = '' }: Typed): FieldError[] {
  const { length } = reason.trim();
  const message = length === 0 ? 'is required' : 'must have at most 500 characters';
  return length > 0 && length <= REASON_LENGTH ? [] : [{ pointer: '/reason', message }];
}

function inputOf(act: Performed<never>, id: string, typed: Typed): Record<string, unknown> {
  const { route, fields } = act;
  const own = ownParameter(act);
  const values = fields.flatMap((field) => {
    const value = valueOf(field, typed[field.name]);
    return value === undefined ? [] : [[field.name, value] as const];
  });
  const reason = typed['reason']?.trim() ?? '';
  return {
    ...(own === undefined || id === '' ? {} : { [own]: id }),
    ...Object.fromEntries(values),
    ...(reason === '' || !takesReason(route) ? {} : { reason }),
  };
}

/** The parameter of a path that names the thing of the page. */
export const ownParameter = ({ route, own }: Pick<Act, 'route' | 'own'>): string | undefined =>
  own ?? pathParameters(route.path)[0];

/** Other routes ask for no reason; the history has it all the same. */
function takesReason({ input }: Act['route']): boolean {
  const { shape } = input._zod.def as { shape?: Record<string, unknown> };
  return shape !== undefined && 'reason' in shape;
}

function valueOf({ kind }: ActField, typed = ''): unknown {
  const text = typed.trim();
  if (kind === 'checkbox') return text !== '';
  if (text === '') return undefined;
  if (kind === 'texts' || kind === 'values') return readPairs(kind, text);
  if (kind === 'list') return text.split(/[\s,]+/).filter((part) => part !== '');
  if (kind !== 'number') return text;
  return /^-?\d{1,9}$/.test(text) ? Number(text) : text;
}

/** A form that is sent twice has one effect, and one that was filled in before another change is refused. */
function withTokens<C extends Author>(
  ctx: C,
  { route }: Pick<Act, 'route'>,
  input: Record<string, unknown>,
  typed: Typed,
): C {
  const { once = '', version = '' } = typed;
  const requestHash = hash(
    'sha256',
    `${route.operation}\n${JSON.stringify(Object.entries(input).sort())}`,
    'base64url',
  );
  return {
    ...ctx,
    reason: typed['reason']?.trim(),
    once: route.once === true && UUID_V4.test(once) ? { idempotencyKey: once, requestHash } : undefined,
    ifMatch: /^"\d+"$/.test(version) ? version : undefined,
  };
}

/** The faults of a refused form by the names of its fields. */
export function faultsByField(outcome: Answer | Refusal): Readonly<Record<string, string>> {
  if (!isRefusal(outcome) || outcome.code !== 'bad_request') return {};
  return Object.fromEntries(
    outcome.facts.errors
      .map(({ pointer, message }) => {
        const [field, ...within] = pointer.slice(1).split('/');
        return [String(field), [...within, message].join(' ')] as const;
      })
      .reverse(),
  );
}
