import * as z from 'zod/mini';
import { describe } from '../../domain/describe.ts';
import { parseCidr } from '../../domain/api-key.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../../domain/scopes.ts';
import { id, idempotency_key, instant, nextCursor, reason, text, time, uuid } from './fields.ts';

export const ApiKey = describe(
  z.object({
    id,
    name: describe(z.string(), 'The purpose of the key'),
    scopes: describe(z.array(z.string()), 'The scopes of the key'),
    last_four: describe(z.string(), 'The last four characters of its text, to recognize it by'),
    expires_at: describe(z.nullable(time), 'The key is refused from then on; null means never'),
    allowed_cidrs: describe(
      z.array(z.string()),
      'The address blocks from which the key can be used; an empty list allows all',
    ),
    rate_limit_per_minute: describe(
      z.nullable(z.int()),
      'Requests per minute with this key; null means as many as its owner has',
    ),
    last_used_at: describe(z.nullable(time), 'Updated once an hour'),
    revoked_at: describe(z.nullable(time), 'Null while the key works'),
    created_at: time,
  }),
  { id: 'ApiKey', description: 'An API key, without its text' },
);
export type ApiKeyView = z.infer<typeof ApiKey>;
export const ApiKeyWithText = describe(
  z.extend(ApiKey, {
    api_key: describe(z.string(), 'The text of the key. No other answer shows it'),
  }),
  { id: 'ApiKeyWithText', description: 'An API key with its text' },
);
export type ApiKeyWithText = z.infer<typeof ApiKeyWithText>;
export const ApiKeyList = describe(
  z.object({ api_keys: describe(z.array(ApiKey), 'The API keys of this page'), next_cursor: nextCursor }),
  { id: 'ApiKeyList' },
);

const scopesAmong = <S extends string>(scopes: readonly S[]) =>
  z.optional(z.array(z.enum(scopes)).check(z.minLength(1)));
export const CreateApiKeyInput = z.strictObject({
  name: describe(text(120), 'The purpose of the key'),
  scopes: describe(
    scopesAmong(BRAND_SCOPES),
    'The scopes of the key. The default is all scopes of the caller, except `licenses:read:all_brands`',
  ),
  expires_at: describe(z._default(z.nullable(instant), null), 'The key is refused from then on; null means never'),
  allowed_cidrs: describe(
    z._default(
      z
        .array(
          z
            .string()
            .check(
              z.refine((value) => parseCidr(value) !== undefined, 'must be an address block such as 203.0.113.0/24'),
            ),
        )
        .check(z.maxLength(50)),
      [],
    ),
    'The address blocks from which the key can be used; an empty list allows all. The address that reaches ' +
      'the service counts, not the headers of a proxy',
  ),
  rate_limit_per_minute: describe(
    z._default(z.nullable(z.int().check(z.gte(1), z.lte(30_000))), null),
    'Requests per minute with this key; null means as many as the brand has',
  ),
  idempotency_key,
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;
export const CreatePlatformKeyInput = z.extend(CreateApiKeyInput, {
  scopes: describe(scopesAmong(PLATFORM_SCOPES), 'The scopes of the key. The default is all scopes of the caller'),
});
export const RotateApiKeyInput = z.strictObject({
  api_key_id: uuid,
  overlap_hours: describe(
    z._default(z.int().check(z.gte(0), z.lte(720)), 0),
    'How many hours the old text keeps working, at most 30 days; 0 ends it at once',
  ),
  idempotency_key,
});
export type RotateApiKeyInput = z.infer<typeof RotateApiKeyInput>;
export const RevokeApiKeyInput = z.strictObject({ api_key_id: uuid, reason });
export type RevokeApiKeyInput = z.infer<typeof RevokeApiKeyInput>;
