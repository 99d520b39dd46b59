import { html } from 'hono/html';
import { listReleases as listReleasesRoute } from '../api/releases.ts';
import { listScopes } from '../api/route.ts';
import type { DeliveryView } from '../api/schemas/webhook-delivery.ts';
import { DELIVERY_STATUSES, TEST_TYPE } from '../domain/webhook.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { mayCall } from '../domain/roles.ts';
import { listDeliveries } from '../queries/list-deliveries.ts';
import { listImportRows } from '../queries/list-imports.ts';
import { listReleases } from '../queries/list-releases.ts';
import { findAct } from './acts.ts';
import { filterForm } from './filters.ts';
import { actForm } from './forms.ts';
import type { PageInput } from './page-input.ts';
import { badge, nextPage, table, when, type Html } from './parts.ts';
import { mayDo } from './perform.ts';

const ON_PAGE = 25;

/** The forms of the acts on a part of a thing, such as a delivery of an endpoint. */
function partActs({ own, id, failed }: PageInput, noun: string, names: readonly string[], part: string): Html[] {
  return names.flatMap((name) => {
    const act = findAct(noun, name);
    if (act?.part === undefined || !mayDo(own.role, act)) return [];
    const action = `/console/brands/${own.brand.slug}/${noun}/${id}`;
    return [actForm(act, { action, values: { [act.part]: part }, failed, key: part })];
  });
}

/** The releases of a product, newest first. */
export async function releasesPart(input: PageInput): Promise<Html | Refusal> {
  const { ctx, id, own, query } = input;
  if (!mayCall(own.role, listReleasesRoute.operation, listScopes(listReleasesRoute))) return html``;
  const found = await listReleases(ctx, { product: id, limit: ON_PAGE, cursor: query['releases'] });
  if (isRefusal(found)) return found;
  const rows = found.body.releases.map(
    (release) =>
      html`<tr>
        <td><a href="/console/brands/${own.brand.slug}/releases/${release.id}">${release.version}</a></td>
        <td>${release.channel}</td>
        <td>${badge(release.status)}</td>
        <td>${release.rollout_percent} %</td>
        <td>${when(release.published_at, 'not published')}</td>
      </tr>`,
  );
  return html`<section aria-labelledby="releases">
    <h2 id="releases">Releases</h2>
    ${table('Releases', ['Version', 'Channel', 'Status', 'Rollout', 'Published'], rows)}
    ${nextPage(input, 'releases', found.body.next_cursor, 'Older releases')}
  </section>`;
}

/** The messages to a webhook endpoint, with every attempt. The filter stands in the address. */
export async function deliveriesPart(input: PageInput): Promise<Html | Refusal> {
  const { ctx, id, query } = input;
  const status = DELIVERY_STATUSES.find((known) => known === query['status']);
  const list = { endpoint_id: id, limit: ON_PAGE, cursor: query['deliveries'], status, event_id: undefined };
  const found = await listDeliveries(ctx, list);
  if (isRefusal(found)) return found;
  const rows = found.body.deliveries.map((delivery) => deliveryRow(input, delivery));
  return html`<section aria-labelledby="deliveries">
    <h2 id="deliveries">Deliveries of the last 30 days</h2>
    ${filterForm([{ name: 'status', label: 'Status', options: ['', ...DELIVERY_STATUSES] }], query)}
    ${table('Deliveries', ['Event', 'Happened', 'Status', 'Attempts', 'Next attempt', 'Act'], rows)}
    ${nextPage(input, 'deliveries', found.body.next_cursor, 'Older deliveries')}
  </section>`;
}

const deliveryRow = (input: PageInput, delivery: DeliveryView): Html =>
  html`<tr>
    <td>${delivery.event_type}<br /><code>${delivery.id}</code></td>
    <td>${when(delivery.occurred_at)}</td>
    <td>${badge(delivery.status)}</td>
    <td>${delivery.attempts.length === 0 ? 'none yet' : attempts(delivery)}</td>
    <td>${when(delivery.next_attempt_at, 'none')}</td>
    <td>${delivery.event_type === TEST_TYPE ? '' : partActs(input, 'webhook-endpoints', ['send'], delivery.id)}</td>
  </tr>`;

const attempts = ({ attempts: made }: DeliveryView): Html =>
  html`<ul class="plain">
    ${made.map(
      ({ at, trigger, outcome, status_code, latency_ms }) =>
        html`<li>
          ${outcome.replaceAll('_', ' ')}${status_code === null ? '' : ` (${String(status_code)})`} after ${latency_ms}
          ms
          <span class="quiet">${trigger}, ${when(at)}</span>
        </li>`,
    )}
  </ul>`;

const OUTCOMES = ['failed', 'left', 'noted'] as const;

/** The rows of an import that need a person. The filter stands in the address. */
export async function importRowsPart(input: PageInput): Promise<Html | Refusal> {
  const { ctx, id, query } = input;
  const outcome = OUTCOMES.find((known) => known === query['outcome']) ?? 'failed';
  const found = await listImportRows(ctx, { import_id: id, outcome, limit: ON_PAGE, cursor: query['rows'] });
  if (isRefusal(found)) return found;
  const rows = found.body.rows.map(
    ({ line, code, field, message }) =>
      html`<tr>
        <td>${line}</td>
        <td>${code}</td>
        <td>${field}</td>
        <td>${message}</td>
      </tr>`,
  );
  return html`<section aria-labelledby="rows">
    <h2 id="rows">Rows that need a person</h2>
    ${filterForm([{ name: 'outcome', label: 'Outcome', options: OUTCOMES }], { ...query, outcome })}
    ${table('Rows', ['Line', 'Reason', 'Field', 'What is wrong'], rows)}
    ${nextPage(input, 'rows', found.body.next_cursor, 'More rows')}
  </section>`;
}
