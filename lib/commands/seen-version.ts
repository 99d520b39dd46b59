import { refuse, type Refusal } from '../domain/refusal.ts';

/** The version of a thing that a form shows, and that its sender has seen. */
export const buildVersion = ({ seq }: { seq: number }): string => `"${String(seq)}"`;

/** Refuses a change of a thing that has changed since its sender saw it. Undefined is a sender who does not say. */
export function refuseUnseen(seen: string | undefined, present: { seq: number }): Refusal | undefined {
  const etag = buildVersion(present);
  return seen === undefined || seen === etag ? undefined : refuse('stale_version', { etag });
}
