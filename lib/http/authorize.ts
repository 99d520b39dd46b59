import { refuse, type Refusal } from '../domain/refusal.ts';
import type { Caller } from './authenticate.ts';
import { listScopes, type Endpoint } from '../api/route.ts';

/**
 * Refuses a known caller whose key is of the other kind, which no scope mends, or lacks a scope that the route asks
 * for.
 */
export function authorize(
  { brand, credential }: Pick<Caller, 'brand' | 'credential'>,
  route: Pick<Endpoint, 'auth' | 'scope' | 'alsoScopes'>,
): Refusal | undefined {
  const required_kind = route.auth === 'platform' ? 'platform' : 'brand';
  const kind = brand === undefined ? 'platform' : 'brand';
  if (kind !== required_kind) return refuse('wrong_kind_of_key', { required_kind, kind });
  const required_scope = listScopes(route).find((scope) => !credential.scopes.includes(scope));
  return required_scope === undefined ? undefined : refuse('scope_missing', { required_scope });
}
