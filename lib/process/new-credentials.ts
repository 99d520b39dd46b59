import { API_KEY_BYTES, buildApiKey, buildUnmarkedPlatformKey, type Mark } from '../domain/api-key.ts';
import { buildLicenseKey, LICENSE_KEY_BYTES } from '../domain/license-key.ts';
import { buildWebhookSecret, WEBHOOK_SECRET_BYTES } from '../domain/webhook.ts';
import { randomBytes } from './random.ts';

export const newLicenseKey = (prefix: string): string => buildLicenseKey(prefix, randomBytes(LICENSE_KEY_BYTES));

export const newApiKey = (owner: string, mark: Mark): string => buildApiKey(owner, randomBytes(API_KEY_BYTES), mark);

export const newUnmarkedPlatformKey = (): string => buildUnmarkedPlatformKey(randomBytes(API_KEY_BYTES));

export const newWebhookSecret = (): string => buildWebhookSecret(randomBytes(WEBHOOK_SECRET_BYTES));
