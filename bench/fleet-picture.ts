import { MINUTE_S } from '../lib/domain/time.ts';
import { OUTAGE, RELEASE, WEEK_MINUTES } from './fleet-week.ts';

const [WIDTH, HEIGHT, MARGIN, TOP] = [1000, 260, 50, 40];
const STEP_MINUTES = 15;
const COLORS = ['#2e75b6', '#c55a11'];

type Line = { name: string; counts: readonly number[] };

/** The requests a second of a week, as an SVG: one line for each kind of outage. */
export function drawWeek(lines: readonly Line[]): string {
  const averaged = lines.map(({ name, counts }) => ({ name, points: averages(counts) }));
  const most = Math.max(...averaged.flatMap(({ points }) => points)) * 1.1;
  const x = (minute: number): number => MARGIN + ((WIDTH - 2 * MARGIN) * minute) / WEEK_MINUTES;
  const y = (rate: number): number => HEIGHT - MARGIN - ((HEIGHT - MARGIN - TOP) * rate) / most;
  const path = (points: readonly number[]): string =>
    points.map((rate, i) => `${i === 0 ? 'M' : 'L'}${x(i * STEP_MINUTES).toFixed(1)} ${y(rate).toFixed(1)}`).join('');
  const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<rect x="${x(OUTAGE.begin)}" y="${TOP}" width="${x(OUTAGE.end) - x(OUTAGE.begin)}"` +
      ` height="${HEIGHT - MARGIN - TOP}" fill="#f2dcdb"/>`,
    `<line x1="${x(RELEASE)}" x2="${x(RELEASE)}" y1="${TOP}" y2="${HEIGHT - MARGIN}" stroke="#70ad47"/>`,
    `<text x="${x(RELEASE) + 4}" y="${TOP + 12}">release</text>`,
    `<text x="${x(OUTAGE.begin)}" y="${TOP - 6}">outage of 6 hours</text>`,
    ...averaged.map(({ points }, i) => `<path d="${path(points)}" fill="none" stroke="${COLORS[i] ?? '#000000'}"/>`),
    ...averaged.map(
      ({ name }, i) => `<text x="${MARGIN + i * 260}" y="18" fill="${COLORS[i] ?? '#000000'}">server: ${name}</text>`,
    ),
    ...days.map((day, i) => `<text x="${x((i + 0.5) * 1440) - 10}" y="${HEIGHT - MARGIN + 18}">${day}</text>`),
    ...[0, Math.round(most / 2), Math.round(most)].map(
      (rate) => `<text x="8" y="${(y(rate) + 4).toFixed(1)}">${rate} /s</text>`,
    ),
    '</svg>',
    '',
  ].join('\n');
}

/** Requests a second, averaged over a quarter of an hour. */
function averages(counts: readonly number[]): number[] {
  const points: number[] = [];
  for (let from = 0; from < counts.length; from += STEP_MINUTES) {
    const part = counts.slice(from, from + STEP_MINUTES);
    points.push(part.reduce((sum, count) => sum + count, 0) / part.length / MINUTE_S);
  }
  return points;
}
