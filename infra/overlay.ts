import { readFileSync } from 'node:fs';

export type Overlay = Readonly<Record<string, unknown>>;

/** Lays the members of one object over those of another, deeply; lists and single values are replaced whole. */
export function overlaid(below: Overlay, above: Overlay): Overlay {
  const both: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    const under = both[name];
    both[name] = isObject(under) && isObject(value) ? overlaid(under, value) : value;
  }
  return both;
}

/** Reads the file of `-c settings=FILE`. Throws one sentence that names the file and what is wrong with it. */
export function readOverlay(file: string | undefined): Overlay {
  if (file === undefined) return {};
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown error';
    throw new Error(`The settings of -c settings=${file} cannot be read: ${reason}`, { cause });
  }
  if (isObject(content)) return content;
  throw new Error(`The settings of -c settings=${file} must be one JSON object with members of a stage.`);
}

const isObject = (value: unknown): value is Overlay =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
