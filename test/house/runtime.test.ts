import { expect, test } from '@jest/globals';

test('tests run on Node 24, as the functions do', () => {
  expect(process.version).toMatch(/^v24\./);
});
