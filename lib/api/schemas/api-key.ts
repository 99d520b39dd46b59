import * as z from 'zod';
import { parseCidr } from '../../domain/api-key.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../../domain/scopes.ts';
import { id, idempotency_key, instant, nextCursor, reason, text, time, uuid } from './fields.ts';

export const ApiKey = z
  .object({
    id,
    name: z.string().meta({ description: 'The purpose of the key' }),
    scopes: z.array(z.string()).meta({ description: 'The scopes of the key' }),
    last_four: z.string().meta({ description: 'The last four characters of its text, to recognize it by' }),
    expires_at: time.nullable().meta({ description: 'The key is refused from then on; null means never' }),
    allowed_cidrs: z
      .array(z.string())
      .meta({ description: 'The address blocks from which the key can be used; an empty list allows all' }),
    rate_limit_per_minute: z
      .number()
      .int()
      .nullable()
      .meta({ description: 'Requests per minute with this key; null means as many as its owner has' }),
    last_used_at: time.nullable().meta({ description: 'Updated once an hour' }),
    revoked_at: time.nullable().meta({ description: 'Null while the key works' }),
    created_at: time,
  })
  .meta({ id: 'ApiKey', description: 'An API key, without its text' });
export type ApiKeyView = z.infer<typeof ApiKey>;
export const ApiKeyWithText = ApiKey.extend({
  api_key: z.string().meta({ description: 'The text of the key. No other answer shows it' }),
}).meta({ id: 'ApiKeyWithText', description: 'An API key with its text' });
export type ApiKeyWithText = z.infer<typeof ApiKeyWithText>;
export const ApiKeyList = z
  .object({ api_keys: z.array(ApiKey).meta({ description: 'The API keys of this page' }), next_cursor: nextCursor })
  .meta({ id: 'ApiKeyList' });

const scopesAmong = <S extends string>(scopes: readonly S[]) => z.array(z.enum(scopes)).min(1).optional();
export const CreateApiKeyInput = z.strictObject({
  name: text(120).meta({ description: 'The purpose of the key' }),
  scopes: scopesAmong(BRAND_SCOPES).meta({
    description: 'The scopes of the key. The default is all scopes of the caller, except `licenses:read:all_brands`',
  }),
  expires_at: instant
    .nullable()
    .default(null)
    .meta({ description: 'The key is refused from then on; null means never' }),
  allowed_cidrs: z
    .array(
      z.string().refine((value) => parseCidr(value) !== undefined, 'must be an address block such as 203.0.113.0/24'),
    )
    .max(50)
    .default([])
    .meta({
      description:
        'The address blocks from which the key can be used; an empty list allows all. The address that reaches ' +
        'the service counts, not the headers of a proxy',
    }),
  rate_limit_per_minute: z
    .int()
    .min(1)
    .max(30_000)
    .nullable()
    .default(null)
    .meta({ description: 'Requests per minute with this key; null means as many as the brand has' }),
  idempotency_key,
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;
export const CreatePlatformKeyInput = CreateApiKeyInput.extend({
  scopes: scopesAmong(PLATFORM_SCOPES).meta({
    description: 'The scopes of the key. The default is all scopes of the caller',
  }),
});
export const RotateApiKeyInput = z.strictObject({
  api_key_id: uuid,
  overlap_hours: z
    .int()
    .min(0)
    .max(720)
    .default(0)
    .meta({ description: 'How many hours the old text keeps working, at most 30 days; 0 ends it at once' }),
  idempotency_key,
});
export type RotateApiKeyInput = z.infer<typeof RotateApiKeyInput>;
export const RevokeApiKeyInput = z.strictObject({ api_key_id: uuid, reason });
export type RevokeApiKeyInput = z.infer<typeof RevokeApiKeyInput>;
