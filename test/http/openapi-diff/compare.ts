import { compareSchemas, isObject, resolve, wordOf, type Comparison, type Direction, type Json } from './schemas.ts';

/**
 * Lists the changes between two OpenAPI documents that break a caller who follows docs/api-life.md, one sentence each.
 * @param today an ISO date; an operation may go once the date of its sunset has passed
 */
export function listBreakingChanges(before: Json, after: Json, today: string): string[] {
  const all: Comparison = { before, after, open: new Set() };
  const operations = Object.entries(operationsOf(before)).flatMap(([name, old]) => {
    const now = operationsOf(after)[name];
    if (now !== undefined) return compareOperations(name, old, now, all);
    const { 'x-sunset': sunset } = old;
    return typeof sunset === 'string' && sunset <= today ? [] : [`${name} is gone`];
  });
  return [...operations, ...compareWebhooks(all)];
}

const METHODS = ['get', 'post', 'patch', 'put', 'delete'];

/** The operations by name, such as `GET /health`. */
function operationsOf({ paths }: Json): Record<string, Json> {
  const named = Object.entries(isObject(paths) ? paths : {}).flatMap(([path, there]) =>
    METHODS.flatMap((method) => {
      const operation = isObject(there) ? there[method] : undefined;
      return isObject(operation) ? [[`${method.toUpperCase()} ${path}`, operation] as const] : [];
    }),
  );
  return Object.fromEntries(named);
}

function compareOperations(name: string, before: Json, after: Json, all: Comparison): string[] {
  const renamed =
    before['operationId'] === after['operationId']
      ? []
      : [`the operation is called ${wordOf(after['operationId'])}, no longer ${wordOf(before['operationId'])}`];
  const changes = [
    ...renamed,
    ...compareScopes(before, after),
    ...compareParameters(before, after, all),
    ...compareBodies('request', before['requestBody'], after['requestBody'], all),
    ...compareResponses(before, after, all),
  ];
  return changes.map((change) => `${name}: ${change}`);
}

function compareScopes(before: Json, after: Json): string[] {
  const scopesOf = ({ 'x-required-scopes': scopes }: Json): unknown[] => (Array.isArray(scopes) ? scopes : []);
  const had = scopesOf(before);
  return scopesOf(after).flatMap((scope) => (had.includes(scope) ? [] : [`needs the scope ${wordOf(scope)}`]));
}

function compareParameters(before: Json, after: Json, all: Comparison): string[] {
  const [old, now] = [parametersOf(before, all.before), parametersOf(after, all.after)];
  const changed = [...old].flatMap(([name, parameter]) => {
    const next = now.get(name);
    if (next === undefined) return [`the parameter ${name} is gone`];
    const demanded = next['required'] === true && parameter['required'] !== true;
    return [
      ...(demanded ? [`the parameter ${name} is now required`] : []),
      ...compareSchemas(`the parameter ${name}`, [parameter['schema'], next['schema']], 'request', all),
    ];
  });
  const added = [...now].filter(([name, { required }]) => required === true && !old.has(name));
  return [...changed, ...added.map(([name]) => `the parameter ${name} is new and required`)];
}

function parametersOf({ parameters }: Json, document: Json): Map<string, Json> {
  const listed = (Array.isArray(parameters) ? parameters : []).map((one) => resolve(document, one));
  return new Map(listed.map((one) => [`${wordOf(one['name'])} in ${wordOf(one['in'])}`, one]));
}

/** The content of a request or an answer, by media type. */
function compareBodies(way: Direction, before: unknown, after: unknown, all: Comparison): string[] {
  const [old, now] = [resolve(all.before, before), resolve(all.after, after)];
  const demanded = way === 'request' && now['required'] === true && old['required'] !== true;
  const types = Object.entries(isObject(old['content']) ? old['content'] : {}).flatMap(([type, content]) => {
    const next = isObject(now['content']) ? now['content'][type] : undefined;
    if (!isObject(content)) return [];
    if (!isObject(next)) return [`the ${way} is no longer of the type ${type}`];
    return compareSchemas('', [content['schema'], next['schema']], way, all).map((text) => `${way} ${text.trim()}`);
  });
  return [...(demanded ? ['the request body is now required'] : []), ...types];
}

function compareResponses(before: Json, after: Json, all: Comparison): string[] {
  const [old, now] = [before, after].map(({ responses }) => (isObject(responses) ? responses : {}));
  return Object.entries(old ?? {})
    .filter(([status]) => /^[23]/.test(status))
    .flatMap(([status, response]) => {
      const next = now?.[status];
      return next === undefined
        ? [`the status ${status} is gone`]
        : compareBodies('response', response, next, all).map((text) => `${status} ${text}`);
    });
}

function compareWebhooks(all: Comparison): string[] {
  const webhooksOf = ({ webhooks }: Json): Json => (isObject(webhooks) ? webhooks : {});
  const bodyOf = (webhook: unknown): unknown => {
    const post = isObject(webhook) ? webhook['post'] : undefined;
    return isObject(post) ? post['requestBody'] : undefined;
  };
  return Object.entries(webhooksOf(all.before)).flatMap(([name, webhook]) => {
    const next = webhooksOf(all.after)[name];
    if (next === undefined) return [`the webhook ${name} is gone`];
    return compareBodies('response', bodyOf(webhook), bodyOf(next), all).map((text) => `the webhook ${name}: ${text}`);
  });
}
