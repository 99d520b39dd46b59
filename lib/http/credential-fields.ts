import { holdsCredential } from '../domain/secret-text.ts';
import { refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import { PLATFORM } from '../table/keys.ts';
import { pathParameters, type Endpoint } from '../api/route.ts';
import { NO_CREDENTIALS } from '../api/schemas/text-rules.ts';

/** Fields that are there to carry a key, or a text that is never kept, shown or logged. */
const MAY_CARRY = new Set(['license_key', 'cursor', 'idempotency_key', 'instance', 'file']);

/**
 * Finds credentials in a brand's or the platform's input, where they would end in the journal, in events, in lists or
 * in the sentence that refuses the call. Every text of every route is looked at: a field that is added is safe before
 * anybody thinks of it.
 */
export function refuseCredentials(route: Endpoint, input: unknown, owner: string): Refusal<'bad_request'> | undefined {
  const prefix = owner === PLATFORM ? undefined : owner;
  const errors = Object.entries(input as Record<string, unknown>)
    .filter(([name]) => !MAY_CARRY.has(name))
    .flatMap(([name, value]) => faultsIn(route, name, value, prefix));
  return errors.length > 0 ? refuse('bad_request', { errors }) : undefined;
}

function faultsIn(route: Endpoint, name: string, value: unknown, prefix: string | undefined): FieldError[] {
  const inBody = route.method === 'POST' || route.method === 'PATCH';
  const position = pathParameters(route.path).includes(name) ? `{${name}}` : inBody ? `/${name}` : `?${name}`;
  return pointersIn(value, position, prefix).map((pointer) => ({ pointer, message: NO_CREDENTIALS }));
}

/** If the name of a member contains a credential, the error points to its object: an error repeats no credential. */
function pointersIn(value: unknown, at: string, prefix: string | undefined): string[] {
  if (typeof value === 'string') return holdsCredential(value, prefix) ? [at] : [];
  if (typeof value !== 'object' || value === null) return [];
  const members = Object.entries(value);
  if (members.some(([name]) => holdsCredential(name, prefix))) return [at];
  return members.flatMap(([name, member]) =>
    pointersIn(member, `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, prefix),
  );
}
