import * as buffer from 'node:buffer';
import * as crypto from 'node:crypto';
import events from 'node:events';
import * as net from 'node:net';
import stream, { Transform } from 'node:stream';
import * as url from 'node:url';
import * as util from 'node:util';
import * as zlib from 'node:zlib';
import { openAwsModules } from './aws.ts';
import { currentHost, ReachedPast } from './current.ts';
import type { Host } from './parts.ts';

/** Everything that a container could learn time, chance or the world from. It gets each of them from its host. */
export const SEAMS = [
  ...['require', 'module', 'exports', 'Date', 'Math', 'performance', 'AbortSignal', 'process', 'console', 'globalThis'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'fetch', 'crypto', 'WebSocket'],
] as const;
export type Seams = Record<(typeof SEAMS)[number], unknown>;

/**
 * The module as an object that has nothing of its own. Compiled code makes a getter for each export of a module at each
 * place that imports it; what is inherited it reads as it is.
 */
export const asModule = (module: unknown): unknown => Object.create(module as object);

const refuse = (what: string) => (): never => {
  throw new ReachedPast(`a container asked for ${what}`);
};

/** One for all: to make an error takes longer than what most timers are for. */
const TIME_IS_UP = new DOMException('time is up', 'TimeoutError');

/** The globals of code that asks the container it runs for. `known` are the modules that were evaluated before. */
export function buildSeams(known: ReadonlyMap<string, unknown>): Seams {
  const host = currentHost;
  const timers = openTimers(host);
  return {
    ...timers,
    require: openRequire(host, timers, known),
    module: undefined,
    exports: undefined,
    Date: buildDate(host),
    Math: Object.create(Math, { random: { value: host.fraction } }) as unknown,
    performance: { now: () => host.nowMs() },
    AbortSignal: {
      any: abortWithAny,
      timeout: (ms: number) => {
        const timeIsUp = new AbortController();
        host.after(ms, () => timeIsUp.abort(TIME_IS_UP));
        return timeIsUp.signal;
      },
    },
    process: {
      get env() {
        return host.environment;
      },
      pid: 1,
      stdout: { write: host.log },
      stderr: { write: host.log },
      version: process.version,
      versions: process.versions,
      getBuiltinModule: refuse('a module of Node'),
    },
    console: { log: host.log, info: host.log, warn: host.log, error: host.log, debug: host.log },
    globalThis: {},
    fetch: refuse('fetch'),
    crypto: undefined,
    WebSocket: undefined,
  };
}

/**
 * Stands in for `AbortSignal.any`: while somebody listens to such a signal, Node keeps it until a source aborts. Where
 * a world ends before that, the whole world would be kept.
 */
function abortWithAny(signals: readonly AbortSignal[]): AbortSignal {
  const any = new AbortController();
  for (const signal of signals) {
    const abort = (): void => any.abort(signal.reason);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  }
  return any.signal;
}

/** The globals of code that belongs to no container: it can compute, and ask for nothing. */
export function buildWorldlessSeams(): Seams {
  const chances = ['randomBytes', 'randomInt', 'randomUUID', 'randomFillSync', 'getRandomValues'];
  const unsure = Object.fromEntries(chances.map((name) => [name, refuse(`${name}, in code that has no world`)]));
  const modules: Record<string, unknown> = {
    'node:crypto': { ...crypto, ...unsure },
    'node:net': net,
    'node:url': url,
  };
  const refused = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'fetch'] as const;
  const noClock = { nowMs: refuse('the time, in code that has no world') };
  return {
    ...(Object.fromEntries(refused.map((name) => [name, refuse(name)])) as Record<(typeof refused)[number], unknown>),
    require: (name: string) => {
      if (!Object.hasOwn(modules, name)) throw new ReachedPast(`code without a world asked for the module ${name}`);
      return modules[name];
    },
    module: undefined,
    exports: undefined,
    Date: buildDate(noClock),
    Math: Object.create(Math, { random: { value: refuse('chance, in code that has no world') } }) as unknown,
    performance: { now: noClock.nowMs },
    AbortSignal: {},
    process: { env: {} },
    console: {},
    globalThis: {},
    crypto: undefined,
    WebSocket: undefined,
  };
}

/** As a function it makes plain dates: a class that extends `Date` takes several times as long for each. */
function buildDate({ nowMs }: Pick<Host, 'nowMs'>): DateConstructor {
  function SimulatedDate(...given: [] | [number]): Date {
    return new Date(given.length === 0 ? nowMs() : given[0]);
  }
  const { UTC, parse, prototype } = Date;
  const now = (): number => Math.floor(nowMs());
  return Object.assign(SimulatedDate, { UTC, parse, prototype, now }) as unknown as DateConstructor;
}

type Timers = Pick<Seams, 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval' | 'setImmediate'>;

function openTimers(host: Host): Timers {
  const clear = (cancel: unknown): void => {
    if (typeof cancel === 'function') (cancel as () => void)();
  };
  return {
    setTimeout: (call: () => void, ms = 0) => host.after(ms, call),
    clearTimeout: clear,
    setInterval: refuse('an interval'),
    clearInterval: clear,
    setImmediate: (call: () => void) => host.after(0, call),
  };
}

const derived = new Map<string, ArrayBuffer>();

/** Keys are derived from the same few secrets again and again: each once. */
function deriveOnce(digest: string, secret: Buffer, salt: string, info: string, bytes: number): ArrayBuffer {
  const name = [digest, secret.toString('hex'), salt, info, bytes].join('\n');
  const key = derived.get(name) ?? crypto.hkdfSync(digest, secret, salt, info, bytes);
  derived.set(name, key);
  return key.slice(0);
}

type Key = Buffer | crypto.KeyObject;
const secrets = new WeakMap<Buffer, crypto.KeyObject>();

/** A key as an object of Node's: with bytes, Node throws and catches an error at each use. */
function keyOf(key: Key): crypto.KeyObject {
  if (!Buffer.isBuffer(key)) return key;
  const known = secrets.get(key) ?? crypto.createSecretKey(key);
  secrets.set(key, known);
  return known;
}

const withKeys = {
  createHmac: (algorithm: string, key: Key) => crypto.createHmac(algorithm, keyOf(key)),
  createCipheriv: (algorithm: crypto.CipherGCMTypes, key: Key, nonce: Buffer) =>
    crypto.createCipheriv(algorithm, keyOf(key), nonce),
  createDecipheriv: (algorithm: crypto.CipherGCMTypes, key: Key, nonce: Buffer) =>
    crypto.createDecipheriv(algorithm, keyOf(key), nonce),
};

function openRequire(host: Host, timers: Timers, known: ReadonlyMap<string, unknown>): (name: string) => unknown {
  const bytes = (count: number): Buffer => Buffer.from(Array.from({ length: count }, () => host.chance.below(256)));
  const randomInt = (from: number, to?: number): number =>
    to === undefined ? host.chance.below(from) : from + host.chance.below(to - from);
  const modules: Record<string, unknown> = {
    'node:buffer': buffer,
    'node:crypto': {
      __proto__: crypto,
      ...withKeys,
      ...{ hkdfSync: deriveOnce, randomBytes: bytes, randomInt, randomUUID: () => uuidOf(bytes(16)) },
    },
    'node:net': net,
    'node:url': url,
    'node:util': util,
    'node:timers': timers,
    'node:timers/promises': {
      setTimeout: (ms: number, _value: unknown, { signal }: { signal?: AbortSignal } = {}) => host.sleep(ms, signal),
    },
    // They are loaded by what the world stands in for, and never called.
    'node:http': { request: refuse('node:http') },
    'node:https': { request: refuse('node:https') },
    'node:fs/promises': { readFile: refuse('a file'), writeFile: refuse('a file'), rename: refuse('a file') },
    'node:dns/promises': { Resolver: refuse('a name server') },
    'simulated:storage': {
      ask: (operation: string, input: object, signal?: AbortSignal) =>
        host.request({ service: 'storage', operation, input, signal }),
    },
    // A package is read with them.
    ...{ events, stream, fs: {}, zlib: { crc32: zlib.crc32, createInflateRaw: openInflation } },
    ...{
      util,
      'node:stream': stream,
      'node:zlib': { crc32: zlib.crc32, gzipSync: zlib.gzipSync, gunzipSync: zlib.gunzipSync },
    },
    'node:console': { Console: openSilentConsole(host) },
    ...openAwsModules(host),
  };
  return (name) => {
    const found = known.get(name) ?? (Object.hasOwn(modules, name) ? asModule(modules[name]) : undefined);
    if (found === undefined) throw new ReachedPast(`a container asked for the module ${name}`);
    return found;
  };
}

/** Unpacks at once: a thread of Node's would end at a time that no seed decides. */
function openInflation(): Transform {
  const packed: Buffer[] = [];
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      packed.push(chunk);
      done();
    },
    flush(done) {
      done(null, zlib.inflateRawSync(Buffer.concat(packed)));
    },
  });
}

/** Powertools opens a console of its own. */
function openSilentConsole({ log }: Host): unknown {
  return class {
    log = log;
    debug = log;
    info = log;
    warn = log;
    error = log;
  };
}

function uuidOf(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  const variant = ((bytes[8] ?? 0) % 4) + 8;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant.toString(16)}${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join('-');
}
