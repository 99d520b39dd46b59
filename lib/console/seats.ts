import { html } from 'hono/html';
import type { ActivationEntry } from '../api/schemas/activation.ts';
import { parseInstance } from '../domain/instance.ts';
import { classifyInstance } from '../domain/instance-kind.ts';
import { findAct } from './acts.ts';
import { actForm } from './forms.ts';
import { nextPage, table, when, type Html } from './parts.ts';
import type { PageInput } from './page-input.ts';
import { mayDo } from './perform.ts';

/** The active seats of a license, each with the act that frees it. */
export function seatsTable(
  input: PageInput,
  { activations, next_cursor }: { activations: readonly ActivationEntry[]; next_cursor: string | null },
): Html {
  const rows = activations.map((seat) => seatRow(input, seat));
  return html`${table('Active seats', ['Site', 'Kind', 'Active since', 'Last seen', 'Act'], rows)}
  ${nextPage(input, 'seats', next_cursor, 'More seats')}`;
}

function seatRow({ id, own, failed }: PageInput, seat: ActivationEntry): Html {
  const free = findAct('licenses', 'free');
  const mayFree = free !== undefined && mayDo(own.role, free);
  const state = { action: `/console/licenses/${id}`, values: { activation_id: seat.id }, failed, key: seat.id };
  return html`<tr>
    <td>${seat.instance_identifier}</td>
    <td>${kindOf(seat)}</td>
    <td>${when(seat.activated_at)}</td>
    <td>${when(seat.last_checked_at)}</td>
    <td>${mayFree ? actForm(free, state, 'Free') : ''}</td>
  </tr>`;
}

function kindOf({ instance_type, instance_identifier, takes_seat }: ActivationEntry): string {
  const instance = parseInstance(instance_type, instance_identifier);
  const kind = instance === undefined ? 'production' : classifyInstance(instance);
  return takes_seat ? kind : `${kind}, takes no seat`;
}
