import type { LoadResult } from './result.ts';

const WIDTH = 760;
const ROW = 22;
const LEFT = 190;
const TOP = 64;
const RIGHT = 90;
const COLORS = { p50: '#9dc3e6', p95: '#f4b183', p99: '#c5a5e0' } as const;
const PERCENTILES = ['p50', 'p95', 'p99'] as const;

/** The latencies of each route as bars, with the goals as lines. */
export function drawLoad({ routes, goals, throughput, minutes }: LoadResult): string {
  const longest = Math.max(goals.p99, ...routes.map(({ p99 }) => p99)) * 1.05;
  const x = (ms: number): number => LEFT + (ms / longest) * (WIDTH - LEFT - RIGHT);
  const height = TOP + routes.length * (ROW * PERCENTILES.length + 14) + 30;
  const bars = routes.flatMap((route, i) => {
    const top = TOP + i * (ROW * PERCENTILES.length + 14);
    return [
      `<text x="10" y="${top + ROW + 10}" font-size="13">${route.name}</text>`,
      ...PERCENTILES.flatMap((name, row) => {
        const y = top + row * ROW;
        const label = `${name} ${route[name].toFixed(1)} ms`;
        const end = x(route[name]);
        return [
          `<rect x="${LEFT}" y="${y}" width="${(end - LEFT).toFixed(1)}" height="${ROW - 4}" fill="${COLORS[name]}"/>`,
          `<text x="${(end + 6).toFixed(1)}" y="${y + 13}" font-size="11">${label}</text>`,
        ];
      }),
    ];
  });
  const lines = PERCENTILES.flatMap((name) => {
    const at = x(goals[name]).toFixed(1);
    return [
      `<line x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${height - 26}" stroke="${COLORS[name]}" stroke-width="2" ` +
        'stroke-dasharray="5 4"/>',
      `<text x="${at}" y="${height - 10}" font-size="11" text-anchor="middle">goal ${name}</text>`,
    ];
  });
  const duration = minutes === 1 ? 'one minute' : `${minutes} minutes`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      'font-family="ui-sans-serif, Helvetica, Arial, sans-serif">',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="10" y="26" font-size="16">${Math.round(throughput)} requests a second for ${duration}</text>`,
    `<text x="10" y="45" font-size="12">npm start on one machine with DynamoDB Local; 90 % checks</text>`,
    ...lines,
    ...bars,
    '</svg>',
    '',
  ].join('\n');
}
