import type { Scope } from './scopes.ts';

/** The caller: an API key by its id, and its token's id where it calls by one. */
export type Credential = { id: string; scopes: readonly Scope[]; token?: string };
