import { buildId } from '../domain/ids.ts';
import { randomBytes } from './random.ts';

/** A new UUIDv7. `tail`, twelve hex digits, ends an id that must lead to an address. */
export const newId = (nowMs: number, tail?: string): string => buildId(nowMs, randomBytes(10), tail);
