import { expect, test } from '@jest/globals';

test('tests run on Node 24, which the functions run on, whatever the host has', () => {
  expect(process.version).toMatch(/^v24\./);
});
