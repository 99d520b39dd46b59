import { html } from 'hono/html';
import type { LicenseEntry } from '../api/schemas/license.ts';
import type { Explanation } from '../api/schemas/explanation.ts';
import type { ActivationEntry, RefusedCallEntry } from '../api/schemas/activation.ts';
import type { EventEntry } from '../api/schemas/event.ts';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import type { License } from '../domain/license.ts';
import { isoSeconds, MINUTE_MS, parseTime } from '../domain/time.ts';
import { parseInstance } from '../domain/instance.ts';
import { explainLicense } from '../queries/explain-license.ts';
import { listActivations } from '../queries/list-activations.ts';
import { listLicenseEvents } from '../queries/list-license-events.ts';
import { readPastLicense } from '../queries/read-past-license.ts';
import { readAllSites } from '../table/seat-page.ts';
import { activationView } from '../views/activation-view.ts';
import { buildEtag, buildLicenseEntry, licenseById } from '../views/license-view.ts';
import { actForm, openForm, prefill } from './forms.ts';
import { actsOn, findAct } from './acts.ts';
import { apiCall, badge, copyText, SWAP, table, when, type Html } from './parts.ts';
import { mayDo, type Typed } from './perform.ts';
import type { PageInput } from './page-input.ts';
import { findRemedy, type Remedy } from './remedy.ts';
import { describeRefusedCalls, describeVerdict, readTone, writeReply } from './sentences.ts';
import { seatsTable } from './seats.ts';
import { timeline } from './timeline.ts';

const SEATS_ON_PAGE = 50;
const EVENTS_ON_PAGE = 25;

/** All that the page of a license shows. */
type Loaded = {
  license: License;
  entry: LicenseEntry;
  explanation: Explanation;
  site: string | null;
  seats: { activations: ActivationEntry[]; next_cursor: string | null };
  /** All active sites, longest unseen first, if every seat is taken. */
  taken: ActivationEntry[];
  refusedCalls: RefusedCallEntry[];
  history: { events: EventEntry[]; next_cursor: string | null };
  past: { at: string; entry: LicenseEntry | undefined } | undefined;
};

/** The one-screen answer about a license: the verdict and its reasons, seats, refused calls, history and acts. */
export async function licensePage(input: PageInput): Promise<{ title: string; body: Html } | Refusal> {
  const loaded = await load(input);
  if (isRefusal(loaded)) return loaded;
  const { entry, explanation, site } = loaded;
  const remedy = findRemedy({ ...loaded, nowMs: input.ctx.nowMs });
  const reply = writeReply(entry, explanation, site, remedy.act === undefined ? remedy.advice : '');
  const title = `${entry.product.name} for ${entry.license_key.customer_email}`;
  const body = html`
    ${input.query['done'] === undefined ? '' : doneNote(input, input.query['done'])} ${answer(loaded, input)}
    <div class="columns">
      <section aria-labelledby="why">
        <h2 id="why">Why</h2>
        ${chain(explanation)} ${siteForm(input, site)}
      </section>
      <section aria-labelledby="remedy">
        <h2 id="remedy">What helps most likely</h2>
        ${remedyPart(input, loaded, remedy)}
      </section>
    </div>
    <section aria-labelledby="seats">
      <h2 id="seats">Seats</h2>
      ${seatsTable(input, loaded.seats)} ${refusedPart(loaded.refusedCalls)}
    </section>
    <div class="columns">
      <section aria-labelledby="facts">
        <h2 id="facts">License</h2>
        ${facts(entry)}
      </section>
      <section class="acts" aria-labelledby="acts">
        <h2 id="acts">Acts</h2>
        ${acts(input, loaded)}
      </section>
    </div>
    ${timeline(input, loaded)}
    <section aria-labelledby="reply">
      <h2 id="reply">Reply to the customer</h2>
      ${copyText('You can change the text before you send it', reply)}
    </section>
    ${apiCall('GET', `/api/v1/brand/licenses/${entry.id}/explain`, site === null ? {} : { query: { instance: site } })}
  `;
  return { title, body };
}

async function load({ ctx, id, query }: PageInput): Promise<Loaded | Refusal> {
  const view = await licenseById(ctx, id);
  if (isRefusal(view)) return view;
  const instance = parseInstance('url', query['instance'] ?? '')?.identifier;
  const list = { license_id: id, limit: SEATS_ON_PAGE, cursor: query['seats'], status: 'active' as const };
  const events = { license_id: id, limit: EVENTS_ON_PAGE, cursor: query['events'] };
  const at = momentAsked(query);
  const [explanation, seats, history, past] = await Promise.all([
    explainLicense(ctx, { license_id: id, instance }),
    listActivations(ctx, list),
    listLicenseEvents(ctx, events as Parameters<typeof listLicenseEvents>[1]),
    at === undefined ? undefined : readPastLicense(ctx, id, at),
  ]);
  if (isRefusal(explanation)) return explanation;
  if (isRefusal(seats)) return seats;
  if (isRefusal(history)) return history;
  const entry = buildLicenseEntry(ctx, view);
  const isFull = entry.seats_remaining === 0;
  const taken = isFull ? await readAllSites(ctx.table, ctx.brand.key_prefix, view.license) : [];
  return {
    license: view.license,
    entry,
    explanation: explanation.body,
    site: instance ?? null,
    seats: seats.body,
    taken: taken.map(({ activation }) => activationView(activation)),
    refusedCalls: seats.body.refused_calls ?? [],
    history: history.body,
    past: at === undefined ? undefined : { at, entry: past && !isRefusal(past) ? past.body : undefined },
  };
}

/** The moment of the slider is in minutes since 1970; an address may also name a time. */
function momentAsked({ at, minute }: PageInput['query']): string | undefined {
  if (minute !== undefined && /^\d{1,9}$/.test(minute)) return isoSeconds(Number(minute) * MINUTE_MS);
  return at === undefined ? undefined : parseTime(at);
}

function answer({ entry, explanation, site }: Loaded, { ctx, own }: PageInput): Html {
  return html`<section class="answer ${readTone(explanation.verdict)}" aria-labelledby="answer">
    <h1 id="answer">${describeVerdict(entry, explanation, site, ctx.nowMs)}</h1>
    <p class="quiet">
      ${own.brand.name} · ${entry.product.name} ·
      <a href="/console/customers/${entry.customer_id}">${entry.license_key.customer_email}</a> ·
      <a href="/console/license-keys/${entry.license_key.id}"><code>${entry.license_key.key}</code></a>
    </p>
  </section>`;
}

const chain = ({ chain: links }: Explanation): Html =>
  html`<ol class="chain">
    ${links.map(
      ({ rule, holds, because }) =>
        html`<li class="${holds ? 'holds' : 'fails'}">
          <span class="rule">${rule}</span> <span class="quiet">${holds ? 'holds' : 'fails'}</span><br />${withTimes(
            because,
          )}
        </li>`,
    )}
  </ol>`;

/** A sentence of the API, with its times as moments that a person reads. */
const withTimes = (sentence: string): Html[] =>
  sentence.split(/(\d{4}-\d\d-\d\dT[\d:]+Z)/).map((part) => (parseTime(part) === part ? when(part) : html`${part}`));

const siteForm = ({ id }: PageInput, site: string | null): Html => html`
  <form method="get" action="/console/licenses/${id}" class="act" ${SWAP}>
    <label for="instance">Site to explain</label>
    <input id="instance" name="instance" type="text" value="${site ?? ''}" maxlength="1024" />
    <div><button class="plain">Explain</button></div>
  </form>
`;

function remedyPart(input: PageInput, { license }: Loaded, remedy: Remedy): Html {
  const act = remedy.act === undefined ? undefined : findAct('licenses', remedy.act);
  if (remedy.act === undefined || act === undefined) return html`<p>${remedy.advice}</p>`;
  if (!mayDo(input.own.role, act))
    return html`<p>Your role may not do this. Ask a brand admin: <strong>${remedy.summary}.</strong></p>
      <p class="quiet">${remedy.advice}</p>`;
  const action = `/console/licenses/${input.id}`;
  const state = { action, values: remedy.values, version: versionFor(act.name, license), key: 'remedy' };
  return html`<p><strong>${remedy.summary}.</strong> ${remedy.advice}</p>
    ${openForm(act, state)}`;
}

/** Freed and restored seats have no version: two people who free one seat both see it freed. */
const versionFor = (act: string, license: License): string | undefined =>
  act === 'free' || act === 'restore' ? undefined : buildEtag(license);

function acts({ id, own, failed }: PageInput, { license, entry }: Loaded): Html | Html[] {
  const possible = actsOn('licenses').filter(
    (act) => mayDo(own.role, act) && act.name !== 'free' && act.name !== 'restore' && fits(act.name, entry.status),
  );
  if (possible.length === 0) return html`<p class="empty">There is nothing that your role may do here.</p>`;
  return possible.map((act) =>
    actForm(act, {
      action: `/console/licenses/${id}`,
      version: versionFor(act.name, license),
      values: act.name === 'metadata' || act.name === 'policy' ? prefill(act, entry) : valuesFor(act.name, entry),
      failed,
    }),
  );
}

const valuesFor = (act: string, { seat_limit }: LicenseEntry): Typed =>
  act === 'seats' ? { max_seats: String(seat_limit ?? '') } : {};

function fits(act: string, status: LicenseEntry['status']): boolean {
  if (status === 'cancelled') return false;
  if (act === 'resume') return status === 'suspended';
  return act !== 'suspend' || status !== 'suspended';
}

const facts = (entry: LicenseEntry): Html => html`
  <dl>
    <dt>Status</dt>
    <dd>${badge(entry.status)}</dd>
    <dt>Seats</dt>
    <dd>${entry.seats_used} of ${entry.seat_limit ?? 'unlimited'}</dd>
    <dt>Expires</dt>
    <dd>
      ${when(entry.expires_at, entry.starts_on_activation === null ? 'never' : 'begins with the first activation')}
    </dd>
    <dt>Order</dt>
    <dd>${entry.external_id ?? 'none'}</dd>
    <dt>Sold</dt>
    <dd>${when(entry.created_at)}</dd>
    <dt>Id</dt>
    <dd><code>${entry.id}</code></dd>
    ${Object.entries(entry.metadata).map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>
`;

function refusedPart(calls: readonly RefusedCallEntry[]): Html {
  const rows = describeRefusedCalls(calls).map(
    ({ text, last }) =>
      html`<tr>
        <td>${text}</td>
        <td>${when(last)}</td>
      </tr>`,
  );
  return html`<h2>Refused calls of the last seven days</h2>
    ${table('Refused calls', ['Call', 'Last'], rows)}`;
}

/** The act that was done, and for a freed seat the way back. */
function doneNote({ id, own, query }: PageInput, name: string): Html {
  const act = findAct('licenses', name);
  if (act === undefined) return html``;
  const restore = findAct('licenses', 'restore');
  const activation_id = query['activation'];
  const undo =
    act.name === 'free' && activation_id !== undefined && restore !== undefined && mayDo(own.role, restore)
      ? actForm(
          restore,
          { action: `/console/licenses/${id}`, values: { activation_id, reason: 'Undo' }, key: 'undo' },
          'Undo',
        )
      : '';
  return html`<section class="done" role="status">${act.done} ${undo}</section>`;
}
