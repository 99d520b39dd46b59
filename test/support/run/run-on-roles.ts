import { afterEach, expect, jest } from '@jest/globals';
import type * as leanWires from '../../../lib/dynamo/lean-wire.ts';
import type * as sdkWires from '../../../lib/dynamo/sdk-wire.ts';
import type { Wire } from '../../../lib/dynamo/wire.ts';
import { makeOnce } from '../../../lib/process/make-once.ts';
import { isReplaced, noted } from './deployed-wires.ts';
import { refused, underPolicy } from './policy.ts';

const openLean = (config: Parameters<typeof leanWires.leanWire>[0]): Wire =>
  jest.requireActual<typeof leanWires>('../../../lib/dynamo/lean-wire.ts').leanWire(config);
const openSdk = (config: Parameters<typeof sdkWires.sdkWire>[0]): ReturnType<typeof sdkWires.sdkWire> =>
  jest.requireActual<typeof sdkWires>('../../../lib/dynamo/sdk-wire.ts').sdkWire(config);

/** The lean wire, until the caller's own deadline: that the machine is busy is no fault of the engine. */
function patientWire(endpoint: string): Wire {
  const credentials = () => ({ accessKeyId: 'local', secretAccessKey: 'local' });
  const wire = openLean({ region: 'eu-west-1', endpoint, credentials });
  return async (operation, input, signal) => {
    for (;;) {
      try {
        return await wire(operation, input, signal);
      } catch (error) {
        // Without a cause, the wire has refused to ask.
        const isUnanswered = error instanceof Error && error.name === 'Unavailable' && error.cause !== undefined;
        if (signal.aborted || !isUnanswered) throw error;
      }
    }
  };
}

/** In every test file, both wires check the policy before they send a request. */
jest.mock('../../../lib/dynamo/sdk-wire.ts', () => ({
  sdkWire: (config: Parameters<typeof openSdk>[0]) => {
    const { endpoint } = config;
    if (typeof endpoint !== 'string' || !isReplaced(endpoint)) {
      const wire = openSdk(config);
      return Object.assign(underPolicy(noted(wire)), { client: wire.client });
    }
    // The SDK takes long to load, and few use its client.
    const sdk = makeOnce(() => openSdk(config));
    return Object.defineProperty(underPolicy(patientWire(endpoint)), 'client', { get: () => sdk().client });
  },
}));
jest.mock('../../../lib/dynamo/lean-wire.ts', () => ({
  leanWire: (config: Parameters<typeof openLean>[0]) => underPolicy(openLean(config)),
}));

/** Some writes may fail without a caller noticing; a missing grant must not be the reason. */
afterEach(() => expect(refused.splice(0)).toEqual([]));
