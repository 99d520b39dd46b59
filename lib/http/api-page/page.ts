import { TITLE } from '../openapi/prose.ts';
import type { openAssets } from './assets.ts';
import { markup } from './markup.ts';
import { problemsSection } from './problems.ts';

const ICON_SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#2f57d4"/>' +
  '<g fill="none" stroke="#fff" stroke-width="1.6"><circle cx="5.5" cy="8" r="2.2"/>' +
  '<path d="M7.7 8H13v2.3M10.5 8v1.8"/>' +
  '</g></svg>';
const ICON = `data:image/svg+xml,${encodeURIComponent(ICON_SVG)}`;

/** The Content-Security-Policy of the page: everything comes from our own origin, and nothing is inline. */
export const apiPagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The API page: Swagger UI for the operations, and the problems as plain HTML, which needs no script. */
export function apiPage(assets: ReturnType<typeof openAssets>): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${TITLE} API</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${assets['swagger-ui.css'].path}">
<link rel="stylesheet" href="${assets['api-page.css'].path}">
<script defer src="${assets['swagger-ui-bundle.js'].path}"></script>
<script defer src="${assets['api-page.js'].path}"></script>
</head>
<body>
<a class="skip" href="#api">Skip to the operations</a>
<nav aria-label="Page"><h1>${TITLE}</h1>
<a href="#api">Operations</a> <a href="#problems">Problems</a> <a href="/openapi.json">openapi.json</a></nav>
<div id="api" tabindex="-1"><noscript><p>The operations need JavaScript. Tools can read
<a href="/openapi.json">openapi.json</a> instead.</p></noscript></div>
${problemsSection()}</body>
</html>
`.html;
}
