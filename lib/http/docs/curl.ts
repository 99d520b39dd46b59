import type { MediaType, Operation } from '../openapi/document.ts';

type Call = { method: string; path: string; operation: Operation; serverUrl: string };

/** An operation's example as a line for a shell; where the server is not known by name, and for API keys, with variables. */
export function curlOf({ method, path, operation, serverUrl }: Call): string {
  const filled = operation.parameters.reduce(
    (text, { name, in: place, example }) =>
      place === 'path' ? text.replace(`{${name}}`, textOf(example ?? `{${name}}`)) : text,
    path,
  );
  const url = /^https?:/.test(serverUrl) ? quote(serverUrl.replace(/\/$/, '') + filled) : `"$BASE_URL"${quote(filled)}`;
  const query = operation.parameters.flatMap(({ name, in: place, example }) =>
    place === 'query' && example !== undefined ? [`${name}=${textOf(example)}`] : [],
  );
  const flags =
    method === 'get'
      ? query.length > 0
        ? '-G '
        : ''
      : method === 'post' && operation.requestBody !== undefined
        ? ''
        : `-X ${method.toUpperCase()} `;
  const body = operation.requestBody?.content['application/json'];
  const form = body === undefined ? operation.requestBody?.content['application/x-www-form-urlencoded'] : undefined;
  return [
    `curl ${flags}${url}`,
    ...(operation.security.length > 0 ? [`-H "X-API-Key: $${keyVariable(operation)}"`] : []),
    ...(body === undefined ? [] : [`-H 'Content-Type: application/json'`, `-d ${quote(bodyOf(body))}`]),
    ...formFields(form).map((pair) => `-d ${quote(pair)}`),
    ...query.map((pair) => `--data-urlencode ${quote(pair)}`),
  ].join(' \\\n  ');
}

const keyVariable = (operation: Operation): string =>
  operation['x-required-scopes']?.[0]?.startsWith('platform:') === true ? 'ADMIN_API_KEY' : 'API_KEY';

const formFields = (form: MediaType | undefined): string[] =>
  typeof form?.example === 'object' && form.example !== null
    ? Object.entries(form.example).map(([name, value]) => `${name}=${textOf(value)}`)
    : [];

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const bodyOf = ({ example }: MediaType): string => JSON.stringify(example ?? {}, null, 2).replaceAll('\n', '\n  ');
