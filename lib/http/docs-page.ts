import { createHash } from 'node:crypto';
import { anchorOf, headingsOf, markup, NOTHING, prose, type Markup } from './docs/markup.ts';
import { callsOf, methodChip, operationSection } from './docs/operation.ts';
import { problemsSection } from './docs/problems.ts';
import { STYLE } from './docs/style.ts';
import type { OpenApiDocument } from './openapi/document.ts';

const ICON_SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#2f57d4"/>' +
  '<g fill="none" stroke="#fff" stroke-width="1.6"><circle cx="5.5" cy="8" r="2.2"/><path d="M7.7 8H13v2.3M10.5 ' +
  '8v1.8"/></g></svg>';
const ICON = `data:image/svg+xml,${encodeURIComponent(ICON_SVG)}`;

/** The page's Content-Security-Policy: it holds one style sheet, its icon and no script. */
export const docsPagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The API as one HTML page that asks for nothing else: no script, font or style from anywhere. */
export function docsPage(openapi: OpenApiDocument): string {
  const serverUrl = openapi.servers[0]?.url ?? '/';
  const groups = openapi.tags.map((tag) => ({ ...tag, id: anchorOf(tag.name), calls: callsOf(openapi, tag.name) }));
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${openapi.info.title} API</title>
<link rel="icon" href="${ICON}">
<style>${{ html: STYLE }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<div class="bar"><a href="#main">${openapi.info.title}</a><a class="menu" href="#contents">Contents</a></div>
<nav id="contents" aria-label="Contents">
<p class="title"><a href="#main">${openapi.info.title}</a> <span>API ${openapi.info.version}</span></p>
<a class="close" href="#main">Close</a>
${contents(openapi, groups)}
</nav>
<main id="main">
<section class="intro">
<h1>${openapi.info.title}</h1>
${/^https?:/.test(serverUrl) ? markup`<p class="server"><span>Base URL</span> <code>${serverUrl}</code></p>` : NOTHING}
${prose(openapi.info.description)}
<p class="machine">For tools: <a href="/openapi.json">openapi.json</a>, OpenAPI ${openapi.openapi}</p>
</section>
${groups.map(
  ({ id, name, description, calls }) => markup`<section class="group" id="${id}">
<h2><a href="#${id}">${name}</a></h2>
${prose(description)}
${calls.map((call) => operationSection(call, serverUrl))}
</section>
`,
)}${problemsSection(openapi)}
</main>
</body>
</html>
`;
  return page.html;
}

function contents(
  openapi: OpenApiDocument,
  groups: readonly { id: string; name: string; calls: ReturnType<typeof callsOf> }[],
): Markup {
  const start = headingsOf(openapi.info.description).map(
    (heading) => markup`<li><a href="#${anchorOf(heading)}">${heading}</a></li>`,
  );
  return markup`<h2>Start here</h2>
<ul>${start}<li><a href="#problems-by-code">Problems by code</a></li></ul>
${groups.map(
  ({ id, name, calls }) => markup`<h2><a href="#${id}">${name}</a></h2>
<ul>${calls.map(
    ({ method, operation }) => markup`<li><a
href="#${operation.operationId}">${methodChip(method)}<span>${operation.summary}</span></a></li>`,
  )}</ul>
`,
)}`;
}
