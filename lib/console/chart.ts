import { html } from 'hono/html';
import type { Point } from '../domain/counts.ts';
import { table, type Html } from './parts.ts';

const WIDTH = 600;
const HEIGHT = 120;
const LABELS = 16;

const number = (value: number | null): string => (value ?? 0).toLocaleString('en');

type Framed = {
  figure: number;
  size: { width: number; height: number };
  label: string;
  className?: string;
  drawing: Html;
  below: Html;
};

/** The section around every chart: its heading with a figure, the drawing, and what stands below it. */
const frame = (title: string, id: string, { figure, size, label, className = 'chart', drawing, below }: Framed): Html =>
  html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title} <span class="quiet">${number(figure)}</span></h2>
    <svg class="${className}" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${label}">
      ${drawing}
    </svg>
    ${below}
  </section>`;

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
  const [first, last] = [points.at(0)?.at ?? '', points.at(-1)?.at ?? ''];
  return frame(title, id, {
    figure,
    size: { width: WIDTH, height: HEIGHT + 2 * LABELS },
    label: `${title}, ${first} to ${last}, at most ${number(most)}`,
    drawing: html`<text x="0" y="11">${number(most)}</text>
      ${bars}
      <line class="axis" x1="0" x2="${WIDTH}" y1="${LABELS + HEIGHT}" y2="${LABELS + HEIGHT}" />
      <text x="0" y="${HEIGHT + 2 * LABELS - 3}">${first}</text>
      <text x="${WIDTH}" y="${HEIGHT + 2 * LABELS - 3}" text-anchor="end">${last}</text>`,
    below: html`${numbersTable(title, points)} ${call}`,
  });
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
  return frame(title, id, {
    figure: total,
    size: { width: Math.ceil(points.length / DAYS_A_WEEK) * CELL, height: DAYS_A_WEEK * CELL },
    label: `${title}: ${number(total)}, on one day at most ${number(most)}`,
    className: 'chart heat',
    drawing: html`${cells}`,
    below: html`${numbersTable(title, points)} ${call}`,
  });
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
  const [top] = shown;
  return frame(title, id, {
    figure: total,
    size: { width: WIDTH, height: Math.max(1, shown.length) * ROW },
    label: `${title}: ${number(total)}${top === undefined ? '' : `, most often ${words(top.reason)}`}`,
    drawing: html`${bars}`,
    below: html`${folded(table(title, ['Reason', 'Number'], rows))}
    ${(top === undefined ? reasons.slice(0, 1) : shown).map(({ reason }) => callFor(reason))}`,
  });
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
  return folded(table(`${title}, without periods of 0`, ['From', 'Number'], rows));
};

const folded = (numbers: Html): Html =>
  html`<details class="api">
    <summary>As a table</summary>
    ${numbers}
  </details>`;
