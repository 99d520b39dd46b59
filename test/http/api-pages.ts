import { listScopes, type Route } from '../../lib/api/route.ts';
import { routes } from '../../lib/api/routes.ts';
import { scopeTexts } from '../../lib/api/scopes.ts';
import { nameAskedFor } from '../../lib/domain/event-name.ts';
import type { Scope } from '../../lib/domain/scopes.ts';
import { PAYLOAD_VERSION } from '../../lib/domain/webhook.ts';
import type { EventType } from '../../lib/events/catalog.ts';
import { eventExamples, exampleEvent } from '../../lib/events/examples.ts';
import { EVENT_NAMES, EVENT_TYPES } from '../../lib/events/filters.ts';
import { afterFields } from '../../lib/http/openapi/webhooks.ts';
import { buildMessage } from '../../lib/webhooks/message.ts';

/** The pages of docs/ that are made from the route table and the catalog of events, by file. */
export const apiPages: Readonly<Record<string, () => string>> = {
  'docs/scopes.md': scopesPage,
  'docs/events.md': eventsPage,
};

const WRITTEN_BY = 'This page is written by `npm run docs:api`. A test fails when it is out of date.';

function scopesPage(): string {
  const scopes = Object.entries(scopeTexts) as [Scope, (typeof scopeTexts)[Scope]][];
  const table = scopes.map(
    ([scope, { allows, needed_by }]) => `| [\`${scope}\`](#${anchorOf(scope)}) | ${allows} | ${needed_by} |`,
  );
  return `# Scopes

An API key has one or more scopes, and a call needs all scopes of its route. An access token has the scopes of its API
key, or a part of them. A key of a brand never has a \`platform:\` scope, and a key of the platform has no other
([why](decisions/0083-scopes-and-kinds-of-keys.md)). Product routes and the routes of the service need no scope.

A new key of a brand gets every scope of its creator except \`licenses:read:all_brands\`. Give a key only the scopes
that its caller needs: \`POST /api/v1/brand/api-keys\` with \`scopes\`.

${WRITTEN_BY}

| scope | allows | needed by |
|---|---|---|
${table.join('\n')}

## Routes by scope
${scopes.map(([scope]) => `\n### \`${scope}\`\n\n${routesOf(scope)}\n`).join('')}`;
}

/** Scopes that change the answer of a route instead of opening it. */
const WIDENING: Partial<Record<Scope, string>> = {
  'license_keys:reveal': 'No route requires this scope. With it, every answer shows license keys in full.',
  'licenses:read:all_brands':
    'No route requires this scope. With it, `GET /api/v1/brand/licenses` accepts `brands=all`.',
};

function routesOf(scope: Scope): string {
  const opened = routes.filter((route) => listScopes(route).includes(scope));
  if (opened.length === 0) return WIDENING[scope] ?? '';
  const rows = opened.map(
    (route) => `| \`${route.method} ${route.path}\` | ${route.summary} | ${othersOf(route, scope)} |`,
  );
  return `| route | title | further scopes |\n|---|---|---|\n${rows.join('\n')}`;
}

const othersOf = (route: Route, scope: Scope): string =>
  listScopes(route)
    .filter((other) => other !== scope)
    .map((other) => `\`${other}\``)
    .join(', ');

function eventsPage(): string {
  const rows = EVENT_TYPES.map((type) => `| [\`${type}\`](#${anchorOf(type)}) | ${eventExamples[type].when} |`);
  return `# Events

Every change of the service is recorded as an event in the journal. \`GET /api/v1/brand/events\` lists the events of a
brand, and [webhook endpoints](webhooks.md) receive them. A webhook endpoint gets the payload below; lists show the same
fields in a flat object, without \`license\` and with \`occurred_at\` instead of \`timestamp\`.

\`data.before\` and \`data.after\` contain only the fields that have changed. \`before\` is null for something new, and
\`after\` is null for something deleted. Every event of a license also has \`data.license\`, the license after the
change.

${WRITTEN_BY}

| type | happens when |
|---|---|
${rows.join('\n')}

The ids and times of the examples are made up.
${EVENT_TYPES.map(eventSection).join('')}`;
}

function eventSection(type: EventType): string {
  const fields = afterFields(type).map(({ name, type: kind }) => `| \`${name}\` | ${kind} |`);
  const table =
    fields.length === 0
      ? '`after` is null.'
      : `Fields of \`after\`:\n\n| field | type |\n|---|---|\n${fields.join('\n')}`;
  const [second] = EVENT_NAMES.filter((name) => name !== type && nameAskedFor([name], type) === name);
  const also = second === undefined ? '' : ` An endpoint can also ask for it as \`${second}\`.`;
  const payload: unknown = JSON.parse(buildMessage(exampleEvent(type), PAYLOAD_VERSION).body);
  return `
## \`${type}\`

Happens when ${eventExamples[type].when}.${also}

${table}

\`\`\`json
${JSON.stringify(payload, null, 2)}
\`\`\`
`;
}

/** The id that Markdown viewers give to a heading. */
const anchorOf = (heading: string): string => heading.replaceAll(/[^a-z_-]/g, '');
