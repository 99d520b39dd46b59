import * as z from 'zod/mini';
import { PLATFORM_SCOPES } from '../domain/scopes.ts';
import * as example from './examples/licensing.ts';
import type { Route } from './route.ts';
import {
  ApiKey,
  ApiKeyList,
  ApiKeyWithText,
  CreateApiKeyInput,
  CreatePlatformKeyInput,
  RevokeApiKeyInput,
  RotateApiKeyInput,
} from './schemas/api-key.ts';
import { inBrand, PageInput } from './schemas/fields.ts';

/** Each operation has three routes: for a brand, for the platform team in a brand, and for the platform's own keys. */
const shared = { function: 'api-keys', vault: true } as const;
const brandReads = { auth: 'brand', scope: 'api_keys:read', access: 'read' } as const;
const brandWrites = { auth: 'brand', scope: 'api_keys:write', access: 'write' } as const;
const adminReads = { auth: 'platform', scope: 'platform:read', access: 'read' } as const;
const adminWrites = { auth: 'platform', scope: 'platform:write', access: 'write' } as const;

const brandId = { brand_id: example.BRAND_ID };
const api_key_id = example.apiKey.id;
const platformKey = { ...example.apiKey, scopes: [...PLATFORM_SCOPES] };
const withText = { ...example.apiKey, api_key: example.API_KEY_TEXT };
const platformKeyWithText = { ...platformKey, api_key: example.API_KEY_TEXT.replace('WPR', 'platform') };

const create = {
  ...shared,
  method: 'POST',
  description:
    'Only this answer shows the text of the key; the service stores its hash. A caller can grant only scopes ' +
    'that its own key has.',
  once: true,
} as const;
const made = { status: 201, description: 'The new API key with its text', body: ApiKeyWithText } as const;
const creating = ['idempotency_key_reused', 'scope_not_grantable'] as const;

export const createApiKey = {
  ...create,
  ...brandWrites,
  operation: 'create_api_key',
  path: '/api/v1/brand/api-keys',
  summary: 'Create an API key',
  input: CreateApiKeyInput,
  example: { name: 'Shop' },
  success: [{ ...made, example: withText }],
  refusals: creating,
} as const satisfies Route;
export const adminCreateApiKey = {
  ...create,
  ...adminWrites,
  operation: 'admin_create_api_key',
  path: '/api/v1/admin/brands/{brand_id}/api-keys',
  summary: 'Create an API key (admin)',
  input: z.extend(CreateApiKeyInput, inBrand),
  example: { ...brandId, name: 'Shop' },
  success: [{ ...made, example: withText }],
  refusals: ['brand_not_found', ...creating],
} as const satisfies Route;
export const createPlatformKey = {
  ...create,
  ...adminWrites,
  operation: 'create_platform_key',
  path: '/api/v1/admin/api-keys',
  summary: 'Create a platform API key',
  input: CreatePlatformKeyInput,
  example: { name: 'Shop' },
  success: [{ ...made, example: platformKeyWithText }],
  refusals: creating,
} as const satisfies Route;

const list = {
  ...shared,
  method: 'GET',
  description: 'Lists all API keys, newest first, including revoked ones. It never shows their texts.',
} as const;
const onePage = { status: 200, description: 'One page', body: ApiKeyList } as const;

export const listApiKeys = {
  ...list,
  ...brandReads,
  operation: 'list_api_keys',
  path: '/api/v1/brand/api-keys',
  summary: 'List API keys',
  input: PageInput,
  example: {},
  success: [{ ...onePage, example: { api_keys: [example.apiKey], next_cursor: null } }],
  refusals: ['cursor_invalid'],
} as const satisfies Route;
export const adminListApiKeys = {
  ...list,
  ...adminReads,
  operation: 'admin_list_api_keys',
  path: '/api/v1/admin/brands/{brand_id}/api-keys',
  summary: 'List API keys (admin)',
  input: z.extend(PageInput, inBrand),
  example: brandId,
  success: [{ ...onePage, example: { api_keys: [example.apiKey], next_cursor: null } }],
  refusals: ['brand_not_found', 'cursor_invalid'],
} as const satisfies Route;
export const listPlatformKeys = {
  ...list,
  ...adminReads,
  operation: 'list_platform_keys',
  path: '/api/v1/admin/api-keys',
  summary: 'List platform API keys',
  input: PageInput,
  example: {},
  success: [{ ...onePage, example: { api_keys: [platformKey], next_cursor: null } }],
  refusals: ['cursor_invalid'],
} as const satisfies Route;

const rotate = {
  ...shared,
  method: 'POST',
  description:
    'Gives the API key a new text; id, scopes and limits stay. The old text works during the overlap. Only this ' +
    'answer shows the new text.',
  once: true,
} as const;
const rotated = { status: 200, description: 'The API key with its new text', body: ApiKeyWithText } as const;
const rotating = ['idempotency_key_reused', 'api_key_not_found', 'api_key_revoked', 'scope_not_grantable'] as const;

export const rotateApiKey = {
  ...rotate,
  ...brandWrites,
  operation: 'rotate_api_key',
  path: '/api/v1/brand/api-keys/{api_key_id}/rotate',
  summary: 'Rotate an API key',
  input: RotateApiKeyInput,
  example: { api_key_id, overlap_hours: 24 },
  success: [{ ...rotated, example: withText }],
  refusals: rotating,
} as const satisfies Route;
export const adminRotateApiKey = {
  ...rotate,
  ...adminWrites,
  operation: 'admin_rotate_api_key',
  path: '/api/v1/admin/brands/{brand_id}/api-keys/{api_key_id}/rotate',
  summary: 'Rotate an API key (admin)',
  input: z.extend(RotateApiKeyInput, inBrand),
  example: { ...brandId, api_key_id, overlap_hours: 24 },
  success: [{ ...rotated, example: withText }],
  refusals: ['brand_not_found', ...rotating],
} as const satisfies Route;
export const rotatePlatformKey = {
  ...rotate,
  ...adminWrites,
  operation: 'rotate_platform_key',
  path: '/api/v1/admin/api-keys/{api_key_id}/rotate',
  summary: 'Rotate a platform API key',
  input: RotateApiKeyInput,
  example: { api_key_id, overlap_hours: 24 },
  success: [{ ...rotated, example: platformKeyWithText }],
  refusals: rotating,
} as const satisfies Route;

const revoke = {
  ...shared,
  method: 'DELETE',
  description:
    'Refuses the API key from the next request on, including a text that is in its overlap. A second call ' +
    'changes nothing.',
} as const;
const revoked = { status: 200, description: 'The revoked API key', body: ApiKey } as const;
const revoked_at = '2026-11-23T12:00:00Z';

export const revokeApiKey = {
  ...revoke,
  ...brandWrites,
  operation: 'revoke_api_key',
  path: '/api/v1/brand/api-keys/{api_key_id}',
  summary: 'Revoke an API key',
  input: RevokeApiKeyInput,
  example: { api_key_id, reason: 'leaked' },
  success: [{ ...revoked, example: { ...example.apiKey, revoked_at } }],
  refusals: ['api_key_not_found'],
} as const satisfies Route;
export const adminRevokeApiKey = {
  ...revoke,
  ...adminWrites,
  operation: 'admin_revoke_api_key',
  path: '/api/v1/admin/brands/{brand_id}/api-keys/{api_key_id}',
  summary: 'Revoke an API key (admin)',
  input: z.extend(RevokeApiKeyInput, inBrand),
  example: { ...brandId, api_key_id, reason: 'leaked' },
  success: [{ ...revoked, example: { ...example.apiKey, revoked_at } }],
  refusals: ['brand_not_found', 'api_key_not_found'],
} as const satisfies Route;
export const revokePlatformKey = {
  ...revoke,
  ...adminWrites,
  operation: 'revoke_platform_key',
  path: '/api/v1/admin/api-keys/{api_key_id}',
  summary: 'Revoke a platform API key',
  input: RevokeApiKeyInput,
  example: { api_key_id, reason: 'leaked' },
  success: [{ ...revoked, example: { ...platformKey, revoked_at } }],
  refusals: ['api_key_not_found'],
} as const satisfies Route;

export const apiKeyRoutes: readonly Route[] = [
  createApiKey,
  listApiKeys,
  rotateApiKey,
  revokeApiKey,
  adminCreateApiKey,
  adminListApiKeys,
  adminRotateApiKey,
  adminRevokeApiKey,
  createPlatformKey,
  listPlatformKeys,
  rotatePlatformKey,
  revokePlatformKey,
];
