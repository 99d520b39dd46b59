import { problemExamples } from '../openapi/problem-schemas.ts';
import { breakable, markup, NOTHING, type Markup } from './markup.ts';

/** The explanations to which the `type` of each problem leads: an entry has its code as id. */
export function problemsSection(): Markup {
  const entries = Object.entries(problemExamples()).map(([code, { value }]) => ({ code, problem: value as Problem }));
  entries.sort((a, b) => a.problem.status - b.problem.status);
  return markup`<section id="problems" aria-labelledby="problems-title">
<h2 id="problems-title">Problems</h2>
<p>Every refusal is a problem (RFC 9457). Its <code>type</code> leads to its entry in this list.
The texts are examples.</p>
${entries.map(({ code, problem }) => problemEntry(code, problem))}</section>
`;
}

type Problem = { title: string; status: number; detail: string } & Record<string, unknown>;

function problemEntry(code: string, problem: Problem): Markup {
  return markup`<article id="${code}">
<h3><a href="#${code}"><code>${breakable(code)}</code></a> <span class="status">${problem.status}</span></h3>
<p><strong>${problem.title}.</strong> ${problem.detail}</p>
${factsOf(problem)}<details><summary>Example</summary>
<pre tabindex="0">${JSON.stringify(problem, null, 2)}</pre></details>
</article>
`;
}

const STANDARD = ['type', 'title', 'status', 'detail', 'code', 'request_id'];

function factsOf(problem: Problem): Markup {
  const facts = Object.keys(problem).filter((name) => !STANDARD.includes(name));
  if (facts.length === 0) return NOTHING;
  return markup`<p class="facts">Further members: ${facts.map((name) => markup`<code>${name}</code> `)}</p>\n`;
}
