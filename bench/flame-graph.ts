import type { Frame } from './cpu-profile.ts';

const WIDTH = 1200;
const ROW = 22;
const MARGIN = 10;
const HEADING = 62;
const LETTER = 6.8;
const THINNEST = 1.5;

type Kind = { what: string; color: string; holds: (name: string) => boolean };
const isOneOf = (pattern: RegExp) => (name: string) => pattern.test(name);
/** The first kind that holds a place gives its color. */
const KINDS: readonly Kind[] = [
  {
    what: 'the wire to DynamoDB',
    color: '#f4b183',
    holds: isOneOf(
      /^(?:sockets of Node|@smithy\/.*|@aws.*|lib\/dynamo\/.*wire|lib\/process\/(?:aws-json|https?-\w+|signature))$/,
    ),
  },
  { what: 'the service', color: '#9dc3e6', holds: isOneOf(/^(?:lib|functions)/) },
  { what: 'packages', color: '#c5a5e0', holds: isOneOf(/^@?[a-z-]+(?:\/[a-z-]+)?$/) },
  { what: 'Node and V8', color: '#d0d0d0', holds: () => true },
];

/** The places of a profile as an SVG: width is CPU time, and a place stands on the one that called it. */
export function drawFlameGraph(title: string, top: Frame): string {
  const height = HEADING + ROW * depthBelow(top) + MARGIN;
  const bottom = height - MARGIN - ROW;
  const scale = (WIDTH - 2 * MARGIN) / top.total;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      'font-family="ui-monospace, Menlo, Consolas, monospace" font-size="11">',
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="${MARGIN}" y="22" font-size="15">${escapeXml(title)}</text>`,
    ...drawLegend(),
    ...drawFrames(top, MARGIN, bottom, scale, top.total),
    '</svg>',
    '',
  ].join('\n');
}

const depthBelow = ({ below }: Frame): number =>
  below.size === 0 ? 0 : 1 + Math.max(...[...below.values()].map(depthBelow));

function drawLegend(): string[] {
  return KINDS.flatMap(({ what, color }, position) => {
    const x = MARGIN + position * 190;
    return [
      `<rect x="${x}" y="34" width="14" height="14" fill="${color}"/>`,
      `<text x="${x + 20}" y="45">${what}</text>`,
    ];
  });
}

/** The widest place first, one row higher than the place that called it. */
function drawFrames({ below }: Frame, x: number, y: number, scale: number, all: number): string[] {
  let left = x;
  return [...below.values()]
    .sort((a, b) => b.total - a.total)
    .flatMap((place) => {
      const width = place.total * scale;
      const start = left;
      left += width;
      if (width < THINNEST) return [];
      return [drawFrame(place, start, y, width, all), ...drawFrames(place, start, y - ROW, scale, all)];
    });
}

function drawFrame({ name, total, own }: Frame, x: number, y: number, width: number, all: number): string {
  const share = (time: number): string => `${((100 * time) / all).toFixed(1)} %`;
  const color = KINDS.find(({ holds }) => holds(name))?.color ?? '#d0d0d0';
  const label = `${name} ${share(total)}`;
  const letters = Math.floor((width - 6) / LETTER);
  const cut = letters >= 4 ? `${name.slice(0, letters - 1)}…` : '';
  const shown = [label, name].find(({ length }) => length <= letters) ?? cut;
  return (
    `<g><title>${escapeXml(`${name}: ${share(total)}, of which itself ${share(own)}`)}</title>` +
    `<rect x="${x.toFixed(1)}" y="${y}" width="${(width - 0.5).toFixed(1)}" height="${ROW - 1}" fill="${color}"/>` +
    `<text x="${(x + 3).toFixed(1)}" y="${y + 15}">${escapeXml(shown)}</text></g>`
  );
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
