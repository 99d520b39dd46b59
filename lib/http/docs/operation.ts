import type { MediaType, Operation, OpenApiDocument, Response } from '../openapi/document.ts';
import { curlOf } from './curl.ts';
import { parameterFields, schemaFields } from './fields.ts';
import { breakable, inline, json, markup, NOTHING, prose, type Markup } from './markup.ts';

export type Call = { method: string; path: string; operation: Operation };

export const callsOf = (document: OpenApiDocument, tag: string): Call[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) =>
      operation.tags.includes(tag) ? [{ method, path, operation }] : [],
    ),
  );

export const methodChip = (method: string): Markup =>
  markup`<span class="method ${method}">${method.toUpperCase()}</span>`;

/** One operation: what it takes and gives on the left, a call and its answers on the right. */
export function operationSection({ method, path, operation }: Call, serverUrl: string): Markup {
  // 201 before 200: what a call is for comes before what it does the second time.
  const answers = Object.entries(operation.responses)
    .flatMap(([status, response]) =>
      'content' in response && status.startsWith('2') ? [[status, response] as const] : [],
    )
    .reverse();
  return markup`<section class="operation" id="${operation.operationId}">
<header><h3><a href="#${operation.operationId}">${operation.summary}</a></h3>
<p class="endpoint">${methodChip(method)} <code>${breakable(path)}</code></p></header>
<div class="about">
${prose(operation.description)}${badges(operation)}${requestFields(operation)}${answers.map(([status, response]) => answerFields(status, response))}${problemLinks(operation)}
</div>
<div class="samples">
<figure><figcaption>Request</figcaption><pre tabindex="0"><code>${curlOf({ method, path, operation, serverUrl })}</code></pre></figure>
${answers.map(([status, response], index) => answerSample(status, response, index === 0))}
</div>
</section>
`;
}

function badges(operation: Operation): Markup {
  const parts = [
    ...(operation.parameters.some(({ name }) => name === 'Idempotency-Key')
      ? [markup`<li>Takes <code>Idempotency-Key</code></li>`]
      : []),
    ...Object.keys(operation.requestBody?.content ?? {}).map((type) => markup`<li><code>${type}</code></li>`),
  ];
  return parts.length === 0 ? NOTHING : markup`<ul class="badges">${parts}</ul>\n`;
}

/** A body is described once: as JSON, or as a form where it is only that. */
const bodyOf = ({ requestBody }: Operation): MediaType | undefined => Object.values(requestBody?.content ?? {})[0];

const PLACES = { path: 'Path', query: 'Query', header: 'Headers' } as const;

function requestFields(operation: Operation): Markup {
  const body = bodyOf(operation);
  const groups = (['path', 'query', 'header'] as const).map((place) => {
    const parameters = operation.parameters.filter((parameter) => parameter.in === place);
    return parameters.length === 0 ? NOTHING : markup`<h4>${PLACES[place]}</h4>${parameterFields(parameters)}\n`;
  });
  return markup`${groups}${body === undefined || '$ref' in body.schema ? NOTHING : markup`<h4>Body</h4>${schemaFields(body.schema, true)}\n`}`;
}

function answerFields(status: string, { description, content }: Response): Markup {
  const schema = content['application/json']?.schema;
  const fields = schema === undefined || '$ref' in schema ? NOTHING : schemaFields(schema, false);
  if (fields === NOTHING) return NOTHING;
  return markup`<details class="answer"><summary><span class="status">${status}</span> ${inline(description)}</summary>${fields}</details>\n`;
}

function answerSample(status: string, { description, content }: Response, isOpen: boolean): Markup {
  return markup`${Object.entries(content).map(
    ([
      type,
      { example },
    ]) => markup`<details class="sample"${isOpen ? markup` open` : NOTHING}><summary><span class="status">${status}</span> ${inline(description)}</summary>
<pre tabindex="0"><code>${type === 'application/json' ? json(example) : markup`${String(example)}`}</code></pre></details>\n`,
  )}`;
}

/** Each code that the operation may answer with, linked to its row in the table of problems. */
function problemLinks({ responses }: Operation): Markup {
  const rows = Object.entries(responses).flatMap(([status, response]) => {
    if (!('content' in response)) return [];
    const codes = Object.keys(response.content['application/problem+json']?.examples ?? {});
    return codes.length === 0
      ? []
      : [markup`<dt>${status}</dt><dd>${codes.map((code) => markup`<a href="#${code}">${breakable(code)}</a> `)}</dd>`];
  });
  return rows.length === 0
    ? NOTHING
    : markup`<details class="refusals"><summary>Problems</summary><dl class="codes">${rows}</dl></details>\n`;
}
