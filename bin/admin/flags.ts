import type { Asked, Flag } from './command.ts';
import { Usage } from './failures.ts';

/** Flags that several commands share. */
export const brand: Record<string, Flag> = {
  brand: { type: 'string', help: 'the brand, by slug or id', required: true },
};
export const name: Record<string, Flag> = {
  name: { type: 'string', help: 'the name that people read', required: true },
};
export const slug: Record<string, Flag> = {
  slug: { type: 'string', help: 'the name in URLs and requests; it never changes', required: true },
};

/** `a,b` as a list; undefined when the flag was not given. */
export function listIn(asked: Asked, flag: string): string[] | undefined {
  const items = asked
    .text(flag)
    ?.split(',')
    .map((item) => item.trim());
  return items?.filter((item) => item !== '');
}

export function jsonIn(asked: Asked, flag: string): unknown {
  const text = asked.text(flag);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Usage(`--${flag} must be JSON, such as '{"seat_limit": 3}'`);
  }
}

export function numberIn(asked: Asked, flag: string): number | undefined {
  const text = asked.text(flag);
  if (text !== undefined && !/^\d{1,9}$/.test(text))
    throw new Usage(`--${flag} must be a whole number, not ${JSON.stringify(text)}`);
  return text === undefined ? undefined : Number(text);
}
