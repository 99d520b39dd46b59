import { newApiKey } from '../process/new-credentials.ts';
import { PLATFORM_OWNER } from '../domain/api-key.ts';
import { DEFAULT_BRAND_SCOPES, PLATFORM_SCOPES, type Scope } from '../domain/scopes.ts';
import type { OwnerContext } from '../context.ts';
import { PLATFORM } from '../table/keys.ts';

type Granting = Pick<OwnerContext, 'owner' | 'actor' | 'credential'>;

/** The platform team may grant a brand's key anything that a brand can do; a key may grant only its own scopes. */
const mayGrant = ({ owner, actor, credential }: Granting, scope: Scope): boolean =>
  (actor.type === 'admin' && owner !== PLATFORM) || credential.scopes.includes(scope);

/** The first of these scopes that the caller may not grant. */
export const scopeBeyond = (ctx: Granting, scopes: readonly Scope[]): Scope | undefined =>
  scopes.find((scope) => !mayGrant(ctx, scope));

/** The default scopes of a new key. */
export const grantable = (ctx: Granting): Scope[] =>
  (ctx.owner === PLATFORM ? PLATFORM_SCOPES : DEFAULT_BRAND_SCOPES).filter((scope) => mayGrant(ctx, scope));

export const newKeyText = ({ owner, vault }: Pick<OwnerContext, 'owner' | 'vault'>): string =>
  newApiKey(owner === PLATFORM ? PLATFORM_OWNER : owner, vault.mark);
