import { Session, type Profiler } from 'node:inspector/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SAMPLED_EVERY_US = 200;
const root = pathToFileURL(join(import.meta.dirname, '..')).href;

/** One place of the code, with the CPU time below it and its own. Times are in microseconds. */
export type Frame = { name: string; total: number; own: number; below: Map<string, Frame> };

/** A CPU profile of this process during the action, by V8's sampler. */
export async function profileCpu(action: () => Promise<void>): Promise<Profiler.Profile> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLED_EVERY_US });
  await session.post('Profiler.start');
  await action();
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  return profile;
}

/** The stacks of a profile, with a room or package for each function and equal neighbors merged, without waiting. */
export function groupByRoom({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const top = newFrame('all');
  for (const [index, sample] of samples.entries()) {
    const stack: string[] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const node = byId.get(id);
      if (node !== undefined) stack.unshift(...roomOfFrame(node.callFrame));
    }
    const time = timeDeltas[index] ?? 0;
    if (stack.includes(WAITING)) continue;
    addTo(top, stack.length === 0 ? ['the event loop'] : stack, time);
  }
  return top;
}

/** The CPU time of each place without the places below it, the most first. */
export function ownTimes(top: Frame): [name: string, time: number][] {
  const times = new Map<string, number>();
  const visit = ({ name, own, below }: Frame): void => {
    times.set(name, (times.get(name) ?? 0) + own);
    for (const place of below.values()) visit(place);
  };
  visit(top);
  return [...times].filter(([, time]) => time > 0).sort(([, a], [, b]) => b - a);
}

const newFrame = (name: string): Frame => ({ name, total: 0, own: 0, below: new Map() });

function addTo(top: Frame, stack: readonly string[], time: number): void {
  let place = top;
  place.total += time;
  for (const name of stack) {
    if (name !== place.name) {
      const next = place.below.get(name) ?? newFrame(name);
      place.below.set(name, next);
      next.total += time;
      place = next;
    }
  }
  place.own += time;
}

/** A socket write is left out too: the kernel may run the engine before it returns, which a sampler cannot see. */
const WAITING = 'waiting';
const SOCKETS = /^node:(?:internal\/)?(?:_?https?|_?net|_?streams?|stream_base|dns|tty|timers|dgram)/;
const V8 = new Map([
  ['(idle)', WAITING],
  ['(garbage collector)', 'garbage collection'],
  ['(program)', 'V8 and libuv'],
]);

const NATIVE = [
  { names: /^(?:parse|stringify)$/, place: ['JSON'] },
  { names: /^(?:write(?:v|Utf8String|Latin1String|Buffer))$/, place: [WAITING] },
];

/** None for a helper of Node, which belongs to its caller. */
function roomOfFrame({ functionName, url }: { functionName: string; url: string }): string[] {
  const named = V8.get(functionName);
  if (named !== undefined) return [named];
  if (url === '') return NATIVE.find(({ names }) => names.test(functionName))?.place ?? [];
  const packaged = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (packaged !== undefined) return [packaged];
  if (url.startsWith(root)) return roomOfPath(url.slice(root.length + 1));
  return SOCKETS.test(url) ? ['sockets of Node'] : [];
}

/** A room, and the file of those rooms that do many things. */
function roomOfPath(path: string): string[] {
  const [first = '', room = '', file = ''] = path.replace(/\.ts(?:\?.*)?$/, '').split('/');
  if (first !== 'lib') return first === 'functions' ? ['functions'] : [];
  if (file === '') return ['lib'];
  return [['process', 'dynamo'].includes(room) ? `lib/${room}/${file}` : `lib/${room}`];
}
