import type { Call } from '../world/calls.ts';
import type { Things } from '../world/furnish.ts';
import type { Verb } from './verb.ts';

const byPlatform =
  (body: object) =>
  ({ platformKey: apiKey }: Things): Call => ({ apiKey, body });
const onSpare =
  (body: object = {}) =>
  ({ platformKey: apiKey, sparePlatform }: Things): Call => ({
    apiKey,
    params: { api_key_id: sparePlatform.id },
    body,
  });

/** The writing verbs about new brands and the platform's own keys, and those of operators at the command line. */
export const platformVerbs: readonly Verb[] = [
  {
    name: 'make a brand',
    operation: 'create_brand',
    meets: ['new-brand'],
    call: byPlatform({ name: 'Other', slug: 'other', key_prefix: 'OTHER' }),
  },
  {
    name: 'make a brand with that slug',
    operation: 'create_brand',
    meets: ['new-brand'],
    call: byPlatform({ name: 'Another', slug: 'other', key_prefix: 'ANOTHER' }),
  },
  {
    name: 'make a brand with that key prefix',
    operation: 'create_brand',
    meets: ['new-brand'],
    call: byPlatform({ name: 'Third', slug: 'third', key_prefix: 'OTHER' }),
  },
  {
    name: 'make a platform key',
    operation: 'create_platform_key',
    meets: ['platform-key'],
    call: ({ sparePlatform: { key: apiKey } }) => ({ apiKey, body: { name: 'made' } }),
  },
  {
    name: 'rotate the platform key',
    operation: 'rotate_platform_key',
    meets: ['platform-key'],
    call: onSpare({ overlap_hours: 0 }),
  },
  { name: 'revoke the platform key', operation: 'revoke_platform_key', meets: ['platform-key'], call: onSpare() },
  {
    name: 'renew the signing keys',
    job: 'renew-signing-keys',
    meets: ['signing-key'],
    event: () => ({}),
  },
  {
    name: 'rotate the signing key',
    job: 'operate',
    meets: ['signing-key'],
    event: () => ({ verb: 'rotate_signing_key' }),
  },
  {
    name: 'revoke the signing key',
    job: 'operate',
    meets: ['signing-key'],
    event: ({ signingKey: kid }) => ({ verb: 'revoke_signing_key', kid }),
  },
];
