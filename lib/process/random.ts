import * as crypto from 'node:crypto';

/** This many unpredictable bytes. */
export const randomBytes = (count: number): Buffer => crypto.randomBytes(count);

/** A UUIDv4 (RFC 9562 §5.4). */
export const randomUuid = (): string => crypto.randomUUID();

/** A whole number from 0 to below `bound`. */
export const randomBelow = (bound: number): number => crypto.randomInt(bound);

/** A number from 0 to below 1, for spreading load. Not for secrets. */
export const randomFraction = (): number => Math.random();
