import type { Wire } from '../../../lib/dynamo/wire.ts';
import { engineEndpoint } from './engine-endpoint.ts';
import { running } from './policy.ts';

/** The engine of the run. A test that puts something in front of it, or has its own, announces another address. */
const engineOfRun = engineEndpoint();
let areKept = false;

/** From here on, every function of this test file reaches the engine by the wire that it is deployed with. */
export function keepDeployedWires(): void {
  areKept = true;
}

/**
 * True where the lean wire takes the place of the SDK's, at a fraction of its CPU time. What stands between a function
 * and the engine meets the deployed wire: the wires might differ in faults.
 */
export const isReplaced = (endpoint: unknown): boolean => endpoint === engineOfRun && !areKept;

/** The functions of this test file that have sent a request with the SDK. */
export const sentBySdk = new Set<string>();

/** Notes which functions use the SDK's wire. */
export const noted =
  (wire: Wire): Wire =>
  (operation, input, signal) => {
    const role = running.getStore();
    if (role !== undefined) sentBySdk.add(role.name);
    return wire(operation, input, signal);
  };
