import { beforeAll } from '@jest/globals';

/** Starts something before the tests of this file, and returns a stand-in that can be used once it has started. */
export function startedBefore<T extends object>(start: () => T | Promise<T>): T {
  let started: T | undefined;
  beforeAll(async () => {
    started = await start();
  });
  const thing = (): T => {
    if (started === undefined) throw new Error('used before the tests of its file began');
    return started;
  };
  return new Proxy({} as T, {
    get: (_, name) => Reflect.get(thing(), name) as unknown,
    set: (_, name, value) => Reflect.set(thing(), name, value),
    has: (_, name) => Reflect.has(thing(), name),
    ownKeys: () => Reflect.ownKeys(thing()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(thing(), name),
  });
}
