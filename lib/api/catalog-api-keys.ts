import * as z from 'zod';
import { parseCidr } from '../domain/api-key.ts';
import { BRAND_SCOPES, PLATFORM_SCOPES } from '../domain/scopes.ts';
import { common, idempotency_key, listOf, made, ok, PageInput, type Side } from './catalog-side.ts';
import * as example from './examples.ts';
import { id, instant, reason, text, time, uuid } from './fields.ts';
import type { Route } from './route.ts';

const ApiKey = z.object({
  id,
  name: z.string(),
  scopes: z.array(z.string()),
  last_four: z.string(),
  expires_at: time.nullable(),
  allowed_cidrs: z.array(z.string()),
  rate_limit_per_minute: z.number().int().nullable(),
  last_used_at: time.nullable().meta({ description: 'Noted once an hour' }),
  revoked_at: time.nullable(),
  created_at: time,
});
export type ApiKeyView = z.infer<typeof ApiKey>;
const ApiKeyWithText = ApiKey.extend({ api_key: z.string().meta({ description: 'The key’s text, shown this once' }) });
export type ApiKeyWithText = z.infer<typeof ApiKeyWithText>;

const scopesAmong = <S extends string>(scopes: readonly S[]) => z.array(z.enum(scopes)).min(1).optional();
const CreateApiKeyInput = z.strictObject({
  name: text(120).meta({ description: 'What the key is for' }),
  scopes: scopesAmong(BRAND_SCOPES).meta({
    description: 'What it may do. Else all that its maker may, but for `licenses:read:all_brands`',
  }),
  expires_at: instant.nullable().default(null).meta({ description: 'From when it is refused; null is never' }),
  allowed_cidrs: z
    .array(
      z.string().refine((value) => parseCidr(value) !== undefined, 'must be an address block such as 203.0.113.0/24'),
    )
    .max(50)
    .default([])
    .meta({
      description:
        'From where it may be used: the address that reaches the service, whatever a proxy’s headers say. Empty is anywhere',
    }),
  rate_limit_per_minute: z
    .int()
    .min(1)
    .max(30_000)
    .nullable()
    .default(null)
    .meta({ description: 'Requests a minute by this key; null is as many as the brand' }),
  idempotency_key,
});
export type CreateApiKeyInput = z.infer<typeof CreateApiKeyInput>;
const CreatePlatformKeyInput = CreateApiKeyInput.extend({
  scopes: scopesAmong(PLATFORM_SCOPES).meta({ description: 'What it may do. Else all that its maker may' }),
});
const RotateApiKeyInput = z.strictObject({
  api_key_id: uuid,
  overlap_hours: z
    .int()
    .min(0)
    .max(720)
    .default(0)
    .meta({ description: 'How long the old text works beside the new one, at most 30 days; 0 is not at all' }),
  idempotency_key,
});
export type RotateApiKeyInput = z.infer<typeof RotateApiKeyInput>;
const RevokeApiKeyInput = z.strictObject({ api_key_id: uuid, reason });
export type RevokeApiKeyInput = z.infer<typeof RevokeApiKeyInput>;

const API_KEY_TEXT = 'cls_WPR_0k3m9q7v5t1x8w2r6y4z0a3b5c7d4e6fnbt3x7qm';
/** Whose keys they are, what may be asked for, and what one looks like. */
type KeyKind = {
  whose: string;
  createInput: z.ZodObject<z.ZodRawShape, z.core.$strict>;
  key: typeof example.apiKey;
  text: string;
};
const BRANDS_KEY: KeyKind = {
  whose: 'A brand’s',
  createInput: CreateApiKeyInput,
  key: example.apiKey,
  text: API_KEY_TEXT,
};
export const PLATFORMS_KEY: KeyKind = {
  whose: 'The platform team’s',
  createInput: CreatePlatformKeyInput,
  key: { ...example.apiKey, scopes: [...PLATFORM_SCOPES] },
  text: API_KEY_TEXT.replace('WPR', 'platform'),
};

const withNewText = { ...ok, description: 'The key, with its new text', body: ApiKeyWithText };
const revoked = { ...ok, description: 'The key, revoked', body: ApiKey };

export function apiKeyRoutesOf<A extends 'brand' | 'platform'>(
  side: Side<A>,
  { whose, createInput, key, text: keyText }: KeyKind = BRANDS_KEY,
) {
  const { route, input, missing, written } = common(side, 'api-keys');
  return {
    createApiKey: {
      ...route('POST', 'create_api_key'),
      summary: 'Create an API key',
      description:
        'The text is in this answer only: it is stored as a hash. A key can give no scope that it does not hold.',
      input: input(createInput),
      example: { ...side.example, name: 'Shop' },
      success: [{ ...made, body: ApiKeyWithText, example: { ...key, api_key: keyText } }],
      refusals: [...written, 'scope_not_grantable'],
    },
    listApiKeys: {
      ...route('GET', 'list_api_keys'),
      summary: `${whose} API keys`,
      description: 'Newest first, revoked ones too; never their texts.',
      input: input(PageInput),
      example: side.example,
      success: [{ ...ok, body: listOf('api_keys', ApiKey), example: { api_keys: [key], next_cursor: null } }],
      refusals: [...missing, 'cursor_invalid'],
    },
    rotateApiKey: {
      ...route('POST', 'rotate_api_key', '/{api_key_id}/rotate'),
      summary: 'Give an API key a new text',
      description: 'Id, scopes and limits stay. The old text works through the overlap.',
      input: input(RotateApiKeyInput),
      example: { ...side.example, api_key_id: example.apiKey.id, overlap_hours: 24 },
      success: [{ ...withNewText, example: { ...key, api_key: keyText } }],
      refusals: [...written, 'api_key_not_found', 'api_key_revoked', 'scope_not_grantable'],
    },
    revokeApiKey: {
      ...route('DELETE', 'revoke_api_key', '/{api_key_id}'),
      summary: 'Revoke an API key',
      description: 'Holds from the very next request, for a rotated-out text too. Again is safe and changes nothing.',
      input: input(RevokeApiKeyInput),
      example: { ...side.example, api_key_id: example.apiKey.id, reason: 'leaked' },
      success: [{ ...revoked, example: { ...key, revoked_at: '2026-11-23T12:00:00Z' } }],
      refusals: [...missing, 'api_key_not_found'],
    },
  } as const satisfies Record<string, Route>;
}
