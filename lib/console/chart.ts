import { html } from 'hono/html';
import type { Point } from '../domain/counts.ts';
import { table, type Html } from './parts.ts';

const WIDTH = 600;
const HEIGHT = 120;
const LABELS = 16;

const number = (value: number | null): string => (value ?? 0).toLocaleString('en');

/** A picture of a metric over time, with the figure that stands for all of it, its numbers as a table, and its call. */
export function barChart(
  title: string,
  id: string,
  points: readonly Point[],
  { figure, call }: { figure: number; call: Html },
): Html {
  const most = Math.max(1, ...points.map(({ value }) => value ?? 0));
  const step = WIDTH / Math.max(1, points.length);
  const bars = points.map(({ at, value }, i) => {
    if (value === null || value === 0) return '';
    const height = (value / most) * HEIGHT;
    const shape = { x: (i * step + step * 0.1).toFixed(1), y: (LABELS + HEIGHT - height).toFixed(1) };
    return html`<rect
      class="bar"
      x="${shape.x}"
      y="${shape.y}"
      width="${(step * 0.8).toFixed(1)}"
      height="${height.toFixed(1)}"
      ><title>${at}: ${number(value)}</title></rect
    >`;
  });
  const [first, last] = [points.at(0), points.at(-1)];
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title} <span class="quiet">${number(figure)}</span></h2>
    <svg
      class="chart"
      viewBox="0 0 ${WIDTH} ${HEIGHT + 2 * LABELS}"
      role="img"
      aria-label="${title}, ${first?.at ?? ''} to ${last?.at ?? ''}, at most ${number(most)}"
    >
      <text x="0" y="11">${number(most)}</text>
      ${bars}
      <line class="axis" x1="0" x2="${WIDTH}" y1="${LABELS + HEIGHT}" y2="${LABELS + HEIGHT}" />
      <text x="0" y="${HEIGHT + 2 * LABELS - 3}">${first?.at ?? ''}</text>
      <text x="${WIDTH}" y="${HEIGHT + 2 * LABELS - 3}" text-anchor="end">${last?.at ?? ''}</text>
    </svg>
    ${numbersTable(title, points)} ${call}
  </section>`;
}

const CELL = 22;
const DAYS_A_WEEK = 7;

/** One square for each day, week by week; the darker, the more. */
export function heatMap(title: string, id: string, points: readonly Point[], call: Html): Html {
  const most = Math.max(1, ...points.map(({ value }) => value ?? 0));
  const total = points.reduce((sum, { value }) => sum + (value ?? 0), 0);
  const cells = points.map(({ at, value }, i) => {
    const place = { x: Math.floor(i / DAYS_A_WEEK) * CELL, y: (i % DAYS_A_WEEK) * CELL };
    const opacity = value === null || value === 0 ? '0.08' : (0.25 + (0.75 * value) / most).toFixed(2);
    return html`<rect
      class="bar"
      x="${place.x}"
      y="${place.y}"
      width="${CELL - 3}"
      height="${CELL - 3}"
      rx="3"
      fill-opacity="${opacity}"
      ><title>${at}: ${number(value)}</title></rect
    >`;
  });
  const width = Math.ceil(points.length / DAYS_A_WEEK) * CELL;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title} <span class="quiet">${number(total)}</span></h2>
    <svg
      class="chart heat"
      viewBox="0 0 ${width} ${DAYS_A_WEEK * CELL}"
      role="img"
      aria-label="${title}: ${number(total)}, on one day at most ${number(most)}"
    >
      ${cells}
    </svg>
    ${numbersTable(title, points)} ${call}
  </section>`;
}

const ROW = 26;

/** A bar for each reason, the most frequent first; reasons that nobody was refused for are left out. */
export function reasonsChart<R extends string>(
  title: string,
  id: string,
  reasons: readonly { reason: R; count: number }[],
  callFor: (reason: R) => Html,
): Html {
  const shown = reasons.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  const total = shown.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(1, ...shown.map(({ count }) => count));
  const words = (reason: string): string => reason.replaceAll('_', ' ');
  const bars = shown.map(
    ({ reason, count }, i) =>
      html`<text x="0" y="${i * ROW + 11}">${words(reason)}: ${number(count)}</text>
        <rect class="bar" x="0" y="${i * ROW + 14}" width="${((count / most) * WIDTH).toFixed(1)}" height="8" />`,
  );
  const rows = shown.map(
    ({ reason, count }) =>
      html`<tr>
        <td>${words(reason)}</td>
        <td>${number(count)}</td>
      </tr>`,
  );
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title} <span class="quiet">${number(total)}</span></h2>
    <svg
      class="chart"
      viewBox="0 0 ${WIDTH} ${Math.max(1, shown.length) * ROW}"
      role="img"
      aria-label="${title}: ${number(total)}${shown[0] === undefined ? '' : `, most often ${words(shown[0].reason)}`}"
    >
      ${bars}
    </svg>
    <details class="api">
      <summary>As a table</summary>
      ${table(title, ['Reason', 'Number'], rows)}
    </details>
    ${(shown.length === 0 ? reasons.slice(0, 1) : shown).map(({ reason }) => callFor(reason))}
  </section>`;
}

const numbersTable = (title: string, points: readonly Point[]): Html => {
  const rows = points
    .filter(({ value }) => value !== 0)
    .map(
      ({ at, value }) =>
        html`<tr>
          <td>${at}</td>
          <td>${number(value)}</td>
        </tr>`,
    );
  return html`<details class="api">
    <summary>As a table</summary>
    ${table(`${title}, without periods of 0`, ['From', 'Number'], rows)}
  </details>`;
};
