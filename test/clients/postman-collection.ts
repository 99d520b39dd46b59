import { createHash } from 'node:crypto';
import { pathParameters, type Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';
import { findTag, listTags } from '../../lib/http/openapi/tags.ts';
import { MAIN_JOB, type MainJobStep } from './postman-main-job.ts';

type Json = Record<string, unknown>;
type Answer = { $ref?: string; content?: Record<string, { schema: Json }> };
type Operation = {
  parameters?: { name: string; in: string; required: boolean }[];
  requestBody?: { content: Record<string, { example?: Json }> };
  responses: Record<string, Answer>;
};
type OpenApi = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Json> } };

const document = JSON.parse(JSON.stringify(buildOpenApi(routes))) as OpenApi;

/** The files of clients/postman, by name. */
export const postmanFiles: Readonly<Record<string, () => string>> = {
  'clients/postman/collection.json': () => print(buildCollection()),
  'clients/postman/environment.json': () => print(buildEnvironment()),
};

const print = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** An id that follows from a name, so that the files change only with the API. */
const idFrom = (name: string): string =>
  createHash('sha256')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');

function buildCollection(): Json {
  const folders = listTags(routes).map(({ name, description }) => ({
    name,
    description,
    item: routes.filter((route) => findTag(route) === name).map((route) => buildItem(route)),
  }));
  return {
    info: {
      _postman_id: idFrom('collection'),
      name: 'Centralized License Service',
      description: 'Written by `npm run docs:api` from the OpenAPI document. Run the folder “The main job” first.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    item: [
      {
        name: 'The main job',
        description: 'A purchase, a site, a check and a refund. It sets the variables that the other folders use.',
        item: MAIN_JOB.map((step) => buildItem(routeNamed(step.operation), step)),
      },
      ...folders,
    ],
    variable: [...new Set(routes.flatMap(({ path }) => pathParameters(path)))].map((key) => ({
      key,
      value: PATH_VALUES[key] ?? '01938c5b-11aa-7b3c-8d4e-2f60718293a4',
    })),
  };
}

/** Path parameters that are no id. */
const PATH_VALUES: Readonly<Record<string, string>> = {
  brand: 'wp-rocket',
  product: 'wp-rocket',
  bundle: 'everything',
  vendor: 'wp-rocket',
  file: 'wp-rocket.json',
  asset: 'api-page.css',
  token: 'no-token',
};

function buildEnvironment(): Json {
  const value = (key: string, type: 'default' | 'secret', text = '') => ({ key, value: text, type, enabled: true });
  return {
    id: idFrom('environment'),
    name: 'A service on this machine',
    values: [
      value('base_url', 'default', 'http://127.0.0.1:3000'),
      value('api_key', 'secret'),
      value('admin_api_key', 'secret'),
    ],
    _postman_variable_scope: 'environment',
  };
}

const routeNamed = (operation: string): Route => {
  const found = routes.find((route) => route.operation === operation);
  if (found === undefined) throw new Error(`there is no operation ${operation}`);
  return found;
};

function buildItem(route: Route, step?: MainJobStep): Json {
  const operation = document.paths[route.path]?.[route.method.toLowerCase()] ?? { responses: {} };
  return {
    id: idFrom(`${step === undefined ? '' : 'main job '}${route.operation}`),
    name: step?.name ?? route.summary,
    request: buildRequest(route, operation, step),
    event: [{ listen: 'test', script: { type: 'text/javascript', exec: buildTest(operation, step) } }],
    protocolProfileBehavior: { followRedirects: false },
  };
}

const CREDENTIALS = { brand: '{{api_key}}', platform: '{{admin_api_key}}' } as const;

function buildRequest(route: Route, { parameters = [], requestBody }: Operation, step?: MainJobStep): Json {
  const [[type, { example }] = ['', {}]] = Object.entries(requestBody?.content ?? {}) as [string, { example?: Json }][];
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const path = route.path.replaceAll(/\{(\w+)\}/g, '{{$1}}');
  const key = route.auth === 'brand' || route.auth === 'platform' ? [CREDENTIALS[route.auth]] : [];
  const sent = step?.body ?? example ?? {};
  return {
    method: route.method,
    description: route.description,
    header: [
      ...key.map((value) => ({ key: 'X-API-Key', value })),
      ...(type === '' ? [] : [{ key: 'Content-Type', value: type }]),
      ...(route.once === true ? [{ key: 'Idempotency-Key', value: '{{$guid}}' }] : []),
    ],
    url: {
      raw: `{{base_url}}${path}`,
      host: ['{{base_url}}'],
      path: path.split('/').slice(1),
      query: query.map(({ name }) => ({
        key: name,
        value: textOf(step?.query?.[name] ?? route.example[name]),
        disabled: step?.query?.[name] === undefined && !(name in route.example),
      })),
    },
    ...(type === 'application/json' ? { body: { mode: 'raw', raw: JSON.stringify(sent, null, 2) } } : {}),
    ...(type === 'application/x-www-form-urlencoded'
      ? { body: { mode: 'urlencoded', urlencoded: pairsIn(sent) } }
      : {}),
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

const pairsIn = (body: Json): { key: string; value: string }[] =>
  Object.entries(body).map(([key, value]) => ({ key, value: textOf(value) }));

/** A step of the main job must succeed; any other call must answer as the document says, whatever is in the table. */
function buildTest({ responses }: Operation, step?: MainJobStep): string[] {
  const statuses = Object.keys(responses)
    .map(Number)
    .filter((status) => status < (step === undefined ? 500 : 300));
  const members = Object.fromEntries(
    Object.entries(responses).flatMap(([status, answer]) => {
      const required = requiredIn(answer);
      return required.length > 0 ? [[status, required]] : [];
    }),
  );
  return [
    `pm.test('answers with a status of the API document', () => {`,
    `  pm.expect(pm.response.code).to.be.oneOf(${JSON.stringify(statuses)});`,
    `});`,
    `pm.test('has every member of its schema', () => {`,
    `  const members = ${JSON.stringify(members)}[pm.response.code]`,
    `    || (pm.response.code >= 400 ? ['code', 'detail', 'request_id'] : []);`,
    `  if (members.length > 0) pm.expect(pm.response.json()).to.include.all.keys(...members);`,
    `});`,
    ...Object.entries(step?.takes ?? {}).map(
      ([name, path]) => `pm.collectionVariables.set('${name}', pm.response.json().${path});`,
    ),
    ...Object.entries(step?.shows ?? {}).flatMap(([path, value]) => [
      `pm.test('shows ${path} ${value}', () => {`,
      `  pm.expect(pm.response.json().${path}).to.eql(${JSON.stringify(value)});`,
      `});`,
    ]),
  ];
}

function requiredIn({ content = {} }: Answer): string[] {
  const [media] = Object.entries(content).filter(([type]) => type.endsWith('json'));
  const { $ref } = (media?.[1].schema ?? {}) as { $ref?: string };
  const schema = document.components.schemas[$ref?.split('/').at(-1) ?? ''];
  return (schema?.['required'] as string[] | undefined) ?? [];
}
