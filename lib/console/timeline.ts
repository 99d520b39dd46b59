import { html } from 'hono/html';
import type { EventEntry } from '../api/schemas/event.ts';
import type { LicenseEntry } from '../api/schemas/license.ts';
import { MINUTE_MS, parseMs } from '../domain/time.ts';
import { badge, nextPage, SWAP, when, type Html } from './parts.ts';
import type { PageInput } from './page-input.ts';

type Shown = {
  entry: LicenseEntry;
  history: { events: readonly EventEntry[]; next_cursor: string | null };
  past: { at: string; entry: LicenseEntry | undefined } | undefined;
};

/** The history of a license, and what was true at an earlier moment. */
export function timeline(input: PageInput, { entry, history, past }: Shown): Html {
  return html`<section aria-labelledby="history">
    <h2 id="history">History</h2>
    ${slider(input, entry, past)} ${past === undefined ? '' : pastState(past)}
    <ol class="timeline">
      ${history.events.map((event) => eventItem(event, input.person.id))}
    </ol>
    ${nextPage(input, 'events', history.next_cursor, 'Older changes')}
  </section>`;
}

function slider({ id, ctx }: PageInput, entry: LicenseEntry, past: Shown['past']): Html {
  const first = Math.ceil(parseMs(entry.created_at) / MINUTE_MS);
  const last = Math.floor(ctx.nowMs / MINUTE_MS);
  if (last <= first) return html``;
  const value = past === undefined ? last : Math.round(parseMs(past.at) / MINUTE_MS);
  return html`<form method="get" action="/console/licenses/${id}" class="act" ${SWAP}>
    <label for="minute">What was true when the customer wrote? <output class="quiet"></output></label>
    <input
      id="minute"
      name="minute"
      type="range"
      min="${first}"
      max="${last}"
      value="${Math.min(last, Math.max(first, value))}"
    />
    <div><button class="plain">Show that moment</button></div>
  </form>`;
}

function pastState({ at, entry }: NonNullable<Shown['past']>): Html {
  if (entry === undefined) return html`<p class="card">At ${when(at)} there was no such license.</p>`;
  return html`<p class="card">
    At ${when(at)} the license was ${badge(entry.status)}, ${entry.seats_used} of ${entry.seat_limit ?? 'unlimited'}
    seats were taken, and its expiry was ${when(entry.expires_at)}.
  </p>`;
}

function eventItem({ type, occurred_at, actor, reason, before, after }: EventEntry, me: string): Html {
  const who = actor.type === 'person' && actor.id === me ? 'you' : `${actor.type.replaceAll('_', ' ')} ${actor.id}`;
  const changes = changedFields(before, after);
  return html`<li>
    <strong>${type.replace(/[._]/g, ' ')}</strong> ${when(occurred_at)} <span class="quiet">by ${who}</span>
    ${reason === null ? '' : html`<br />“${reason}”`}
    ${changes.map((change) => html`<br /><span class="quiet">${change}</span>`)}
  </li>`;
}

/** Simple values before and after; an activation by its site. */
function changedFields(before: EventEntry['before'], after: EventEntry['after']): string[] {
  if (before === null || after === null) return [];
  return Object.keys(after).flatMap((name) => {
    const [from, to] = [plain(before[name]), plain(after[name])];
    return from === to ? [] : [`${name.replaceAll('_', ' ')}: ${from} → ${to}`];
  });
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const { instance_identifier: site, status, name } = value as Record<string, unknown>;
  if (typeof site === 'string') return `${site} ${String(status)}`;
  return typeof name === 'string' ? name : JSON.stringify(value);
}
