import type { OpenApiDocument } from '../openapi/document.ts';
import { breakable, inline, json, markup, NOTHING, type Markup } from './markup.ts';
import { schemaFields } from './fields.ts';

/** The table that a problem's `type` points into: an entry has its code as id. */
export function problemsSection(document: OpenApiDocument): Markup {
  const { examples, schemas } = document.components;
  const entries = Object.entries(examples).flatMap(([code, { value }]) =>
    isRecord(value) ? [{ code, value, status: Number(value['status']) }] : [],
  );
  entries.sort((a, b) => a.status - b.status);
  return markup`<section id="problems-by-code" class="problems">
<h2><a href="#problems-by-code">Problems by code</a></h2>
<details class="answer"><summary>Fields of a problem</summary>${schemaFields(schemas['Problem'] ?? {}, false)}</details>
<div class="rows">
${entries.map(({ code, value, status }) => problemRow(code, value, status))}
</div>
</section>
`;
}

function problemRow(code: string, value: Record<string, unknown>, status: number): Markup {
  return markup`<article id="${code}"><span class="status">${status}</span>
<div><h3><a href="#${code}"><code>${breakable(code)}</code></a></h3><p>${textOf(value['title'])}. ${inline(textOf(value['detail']))}</p>${factsOf(value)}
<details><summary>Example</summary><pre tabindex="0"><code>${json(value)}</code></pre></details></div></article>
`;
}

const STANDARD = ['type', 'title', 'status', 'detail', 'code', 'request_id'];

function factsOf(value: Record<string, unknown>): Markup {
  const facts = Object.keys(value).filter((name) => !STANDARD.includes(name));
  return facts.length === 0
    ? NOTHING
    : markup`<p class="facts">Brings ${facts.map((name) => markup`<code>${name}</code> `)}</p>`;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
