import { calls } from './calls.ts';
import type { paths } from './openapi.ts';
import { openPages, type Pages } from './pages.ts';
import { send, type CallOptions, type ClientOptions, type Method, type Query } from './send.ts';

type Calls = typeof calls;
type MethodOf<Call> = Call extends `${infer M} ${string}` ? Lowercase<M> : never;
type PathOf<Call> = Call extends `${string} ${infer P}` ? P : never;
type OperationOf<Call> =
  PathOf<Call> extends keyof paths
    ? MethodOf<Call> extends keyof paths[PathOf<Call>]
      ? paths[PathOf<Call>][MethodOf<Call>]
      : never
    : never;

/** No field is required. */
type Nothing = Readonly<Record<string, never>>;

type BodyOf<Operation> = Operation extends { requestBody?: { content: { 'application/json': infer Body } } }
  ? Body
  : never;
type QueryOf<Operation> = Operation extends { parameters: { query?: infer Parameters } }
  ? Omit<Parameters, 'metadata.NAME'> &
      ('metadata.NAME' extends keyof Parameters ? Partial<Record<`metadata.${string}`, string>> : unknown)
  : Nothing;
type InputOf<Operation> = Operation extends { requestBody: object } | { requestBody?: object }
  ? [BodyOf<Operation>] extends [never]
    ? QueryOf<Operation>
    : BodyOf<Operation>
  : QueryOf<Operation>;
type AnswerOf<Operation> = Operation extends { responses: infer Responses }
  ? {
      [Status in keyof Responses]: Responses[Status] extends { content: { 'application/json': infer Answer } }
        ? Answer
        : never;
    }[keyof Responses]
  : never;

/** One id for each parameter of the path. */
type IdsOf<Path> = Path extends `${string}{${string}}${infer Rest}` ? [id: string, ...IdsOf<Rest>] : [];
type ArgumentsOf<Call> = [
  ...ids: IdsOf<PathOf<Call>>,
  ...rest: Nothing extends InputOf<OperationOf<Call>>
    ? [input?: InputOf<OperationOf<Call>>, options?: CallOptions]
    : [input: InputOf<OperationOf<Call>>, options?: CallOptions],
];
type ResultOf<Verb, Call> = Verb extends `${'list' | 'search'}${string}`
  ? Pages<AnswerOf<OperationOf<Call>>>
  : Promise<AnswerOf<OperationOf<Call>>>;

/** `client.licenses.renew(id, { extend_by: 'P1Y' })`: the ids of the path, then the input, then options. */
export type Client = {
  readonly [Noun in keyof Calls]: {
    readonly [Verb in keyof Calls[Noun]]: (
      ...args: ArgumentsOf<Calls[Noun][Verb]>
    ) => ResultOf<Verb, Calls[Noun][Verb]>;
  };
} & {
  /** Any call by its path, for what the client does not know yet. */
  request: (method: Method, path: string, input?: object, options?: CallOptions) => Promise<unknown>;
  /** Any list by its path. */
  requestPages: (path: string, query?: Query, options?: CallOptions) => Pages<Record<string, unknown>>;
};

/** Opens a client. It holds no connection and no state, so that one can serve a whole process. */
export function createClient(options: ClientOptions): Client {
  const request: Client['request'] = (method, path, input, callOptions) =>
    send(options, buildRequest(method, path.split('?', 1)[0] ?? path, path, input), callOptions);
  const nouns = Object.entries(calls).map(([noun, verbs]) => [
    noun,
    Object.fromEntries(Object.entries(verbs).map(([verb, call]) => [verb, openCall(options, `${noun}.${verb}`, call)])),
  ]);
  const requestPages: Client['requestPages'] = (path, query, callOptions) =>
    openPages((cursor) => request('GET', path, { ...query, cursor }, callOptions) as Promise<Record<string, unknown>>);
  return { ...Object.fromEntries(nouns), request, requestPages } as Client;
}

const isList = (name: string): boolean => /\.(?:list|search)/.test(name);

function openCall(client: ClientOptions, name: string, call: string) {
  const [method, pattern] = call.split(' ') as [Method, string];
  const names = pattern.match(/\{\w+\}/g) ?? [];
  return (...args: unknown[]): unknown => {
    const ids = args.slice(0, names.length);
    const missing = names.find((_, index) => typeof ids[index] !== 'string' || ids[index] === '');
    if (missing !== undefined) throw new TypeError(`${name} needs ${missing}`);
    const path = names.reduce((text, one, index) => text.replace(one, encodeURIComponent(String(ids[index]))), pattern);
    const [input, options] = args.slice(names.length) as [object | undefined, CallOptions | undefined];
    const fetchIt = (more: object): Promise<unknown> =>
      send(client, buildRequest(method, pattern, path, { ...input, ...more }), options);
    return isList(name) ? openPages((cursor) => fetchIt({ cursor })) : fetchIt({});
  };
}

/** A license key never stands in a URL of a product call, as URLs end up in logs. */
function buildRequest(method: Method, pattern: string, path: string, input: object | undefined) {
  if (method !== 'GET' && method !== 'DELETE') return { method, pattern, path, body: input ?? {} };
  const { license_key: key, ...query } = (input ?? {}) as Query;
  return key !== undefined && pattern.startsWith('/api/v1/product/')
    ? { method, pattern, path, query, headers: { 'x-license-key': String(key) } }
    : { method, pattern, path, query: (input ?? {}) as Query };
}
