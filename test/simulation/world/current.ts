import { AsyncLocalStorage } from 'node:async_hooks';
import type { Host } from './parts.ts';

/** Something outside of the world that a container asked for: the run is no simulation, and ends. */
export class ReachedPast extends Error {
  override name = 'ReachedPast';
}

/** A container while its code runs: what it has of the world, and its own copy of each module that keeps state. */
export type Scope = { host: Host; own: (name: string) => object };

const scopes = new AsyncLocalStorage<Scope>();

/** Runs code as the container's, with all that it calls later. */
export const runAs = <T>(scope: Scope, call: () => T): T => scopes.run(scope, call);

function current(): Scope {
  const scope = scopes.getStore();
  if (scope === undefined) throw new ReachedPast('code that belongs to no container asked for its container');
  return scope;
}

/** The host of whichever container runs: what all containers share asks it. */
export const currentHost: Host = {
  nowMs: () => current().host.nowMs(),
  after(ms, call) {
    const scope = current();
    return scope.host.after(ms, () => runAs(scope, call));
  },
  sleep: (ms, signal) => current().host.sleep(ms, signal),
  chance: {
    below: (bound) => current().host.chance.below(bound),
    pick: (values) => current().host.chance.pick(values),
  },
  fraction: () => current().host.fraction(),
  request: (request) => current().host.request(request),
  log: (line) => current().host.log(line),
  get environment() {
    return current().host.environment;
  },
};

/** The exports of a module of which each container has its own copy: those of the container that runs. */
export const ownModule = (name: string): object =>
  Object.create(
    new Proxy({}, { get: (_none, member) => Reflect.get(current().own(name), member) as unknown }),
  ) as object;
