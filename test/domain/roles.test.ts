import { expect, test } from '@jest/globals';
import { roleFor, type PersonRoles } from '../../lib/domain/roles.ts';

const support: PersonRoles = { everywhere: undefined, brands: { acme: 'support' } };

test.each([
  ['acme', support, 'support'],
  ['other', support, undefined],
  ['constructor', support, undefined],
  ['other', { everywhere: 'platform', brands: {} }, 'platform'],
] as const)('the role for the brand %s of %j is %s', (slug, roles, role) => {
  expect(roleFor(roles, slug)).toBe(role);
});
