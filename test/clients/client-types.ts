import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { routes } from '../../lib/api/routes.ts';
import { buildOpenApi } from '../../lib/http/openapi.ts';

type Json = Record<string, unknown>;
type Answer = { content?: Json };
type Operation = {
  operationId: string;
  requestBody?: { content: Json };
  parameters?: { in: string }[];
  responses: Record<string, Answer>;
};

export const CLIENT_TYPES = 'clients/typescript/src/openapi.ts';

const JSON_TYPE = 'application/json';
const HEAD = '// Written by `npm run docs:api` from the OpenAPI document. A test fails when it is out of date.\n\n';

/** The types of the TypeScript client: what each call takes and answers, without headers, examples and refusals. */
export async function buildClientTypes(): Promise<string> {
  const text = JSON.stringify(buildOpenApi(routes));
  const { openapi, info, paths, components } = JSON.parse(text, withoutTable) as {
    [name: string]: Json;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Json };
  };
  const calls = Object.entries(paths).map(([path, methods]) => [path, onlyJson(methods)] as const);
  const document = {
    openapi,
    info,
    paths: Object.fromEntries(calls.filter(([, methods]) => Object.keys(methods).length > 0)),
    components: { schemas: components.schemas },
  };
  const nodes = await openapiTS(document as unknown as OpenAPI3, { defaultNonNullable: false });
  return HEAD + withoutEmptyMembers(astToString(nodes));
}

/** A description up to the table in it, which an editor cannot show. */
const withoutTable = (name: string, value: unknown): unknown =>
  name === 'description' && typeof value === 'string' ? value.split(/:?\n\n/, 1)[0] : value;

/** The operations that answer JSON: the others are files, pages and redirects, which nobody calls with a client. */
const onlyJson = (methods: Record<string, Operation>): Record<string, Operation> =>
  Object.fromEntries(
    Object.entries(methods)
      .map(([method, operation]) => [method, plain(operation)] as const)
      .filter(([, { responses }]) => Object.keys(responses).length > 0),
  );

function plain({ operationId, requestBody, parameters = [], responses }: Operation): Operation {
  const successes = Object.entries(responses).filter(
    ([status, { content = {} }]) => status.startsWith('2') && JSON_TYPE in content,
  );
  return {
    operationId,
    parameters: parameters.filter((parameter) => parameter.in !== 'header'),
    ...(requestBody === undefined ? {} : { requestBody: { ...requestBody, content: withoutExamples(requestBody) } }),
    responses: Object.fromEntries(
      successes.map(([status, answer]) => [status, { description: '', content: withoutExamples(answer) }]),
    ),
  };
}

function withoutExamples({ content = {} }: Answer): Json {
  const { schema } = (content[JSON_TYPE] ?? {}) as Json;
  return schema === undefined ? {} : { [JSON_TYPE]: { schema } };
}

const withoutEmptyMembers = (text: string): string =>
  text
    .replaceAll(/^ +(?:get|put|post|delete|options|head|patch|trace|header|cookie|query|path)\?: never;\n/gm, '')
    .replaceAll(/^ +parameters: \{\n +\};\n/gm, '')
    .replaceAll(/^ +headers: \{\n +\[name: string\]: unknown;\n +\};\n/gm, '')
    .replaceAll(/^ +\/\*\* @description *\*\/\n/gm, '')
    .replace(/^export type webhooks = .*\n/m, '')
    .replace(/^export type \$defs = .*\n/m, '')
    .replaceAll(/ +$/gm, '');
