import { afterEach, expect, jest } from '@jest/globals';
import type * as leanWires from '../../../lib/dynamo/lean-wire.ts';
import type * as sdkWires from '../../../lib/dynamo/sdk-wire.ts';
import { refused, underPolicy } from './policy.ts';

/** In every test file, both wires check the policy before they send a request. */
jest.mock('../../../lib/dynamo/sdk-wire.ts', () => {
  const { sdkWire } = jest.requireActual<typeof sdkWires>('../../../lib/dynamo/sdk-wire.ts');
  return {
    sdkWire: (config: Parameters<typeof sdkWire>[0]) => {
      const wire = sdkWire(config);
      return Object.assign(underPolicy(wire), { client: wire.client });
    },
  };
});
jest.mock('../../../lib/dynamo/lean-wire.ts', () => {
  const { leanWire } = jest.requireActual<typeof leanWires>('../../../lib/dynamo/lean-wire.ts');
  return { leanWire: (config: Parameters<typeof leanWire>[0]) => underPolicy(leanWire(config)) };
});

/** Some writes may fail without a caller noticing; a missing grant must not be the reason. */
afterEach(() => expect(refused.splice(0)).toEqual([]));
