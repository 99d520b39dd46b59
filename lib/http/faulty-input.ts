import * as z from 'zod/mini';
import { refuse, type FieldError, type Refusal } from '../domain/refusal.ts';
import type { Endpoint } from '../api/route.ts';
import type { Fields, Sources } from './body.ts';
import { describeIssue } from './messages.ts';
import { MAX_FAULTS, pointerTo } from './unfit-fields.ts';

/** Input that the route's schema does not take as it is: the refusal that names its faults, or what it means. */
export async function readFaultyInput(
  route: Endpoint,
  sent: Fields,
  sources: Sources,
): Promise<{ kind?: never; input: unknown } | Refusal<'bad_request'>> {
  const checked = await check(route, sent);
  if (checked.success) return { input: checked.data };
  return refuse('bad_request', { errors: errorsOf(checked.error, { ...sources, route }) });
}

/**
 * Checks the fields by the route's schema. PHP writes an empty object as `[]`; where an object is meant, that is one.
 */
async function check(route: Endpoint, sent: Fields): Promise<z.core.util.SafeParseResult<unknown>> {
  const checked = await z.safeParseAsync(route.input, sent, { error: describeIssue });
  if (checked.success) return checked;
  const emptyLists = checked.error.issues.flatMap(deepest).filter((fault) => isEmptyListForObject(fault, sent));
  // Each costs a copy of what it stands in: a body that is full of them is no mistake of PHP's.
  if (emptyLists.length === 0 || emptyLists.length > MAX_FAULTS) return checked;
  const meant = emptyLists.reduce<unknown>((value, { path }) => withEmptyObjectAt(value, path), sent);
  return z.safeParseAsync(route.input, meant, { error: describeIssue });
}

function isEmptyListForObject(fault: z.core.$ZodIssue, sent: Fields): boolean {
  if (fault.code !== 'invalid_type' || (fault.expected !== 'object' && fault.expected !== 'record')) return false;
  const value = fault.path.reduce<unknown>((holder, name) => (holder as Record<PropertyKey, unknown>)[name], sent);
  return Array.isArray(value) && value.length === 0;
}

function withEmptyObjectAt(value: unknown, [name, ...rest]: readonly PropertyKey[]): unknown {
  if (name === undefined) return {};
  const changed = withEmptyObjectAt((value as Record<PropertyKey, unknown>)[name], rest);
  return Array.isArray(value)
    ? value.map((entry: unknown, index) => (index === name ? changed : entry))
    : { ...(value as Fields), [name]: changed };
}

/**
 * The first fault of each field, with its position: a pointer into the body, `?name` in the query or `{name}` in the
 * path.
 */
function errorsOf(
  error: z.core.$ZodError,
  { route, body, fromPath, fromQuery }: Sources & { route: Endpoint },
): FieldError[] {
  const isInQuery = (name: string): boolean =>
    route.method === 'GET' ||
    (route.method === 'DELETE' && Object.hasOwn(fromQuery, name) && !Object.hasOwn(body, name));
  const position = (path: readonly PropertyKey[]): string => {
    const [first] = path;
    if (first === undefined) return '';
    const name = String(first);
    if (Object.hasOwn(fromPath, name)) return `{${name}}`;
    return path.length === 1 && isInQuery(name) ? `?${name}` : pointerTo(path);
  };
  const faults = error.issues
    .flatMap(deepest)
    .flatMap((fault) =>
      fault.code === 'unrecognized_keys'
        ? fault.keys.map((name) => ({ pointer: position([...fault.path, name]), message: 'is not known here' }))
        : [{ pointer: position(fault.path), message: fault.message }],
    );
  const first = new Map<string, FieldError>();
  for (const fault of faults) if (!first.has(fault.pointer)) first.set(fault.pointer, fault);
  return [...first.values()].slice(0, MAX_FAULTS);
}

/**
 * Gives the faults of the branch of a union that came nearest: the one that takes this kind of value, and finds fault
 * with something in it.
 */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const nearest = issue.errors.find((branch) =>
    branch.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  if (nearest === undefined) return [issue];
  return nearest.map((fault) => ({ ...fault, path: [...issue.path, ...fault.path] }));
}
