import { seatsRemaining, computeStatus, type License } from '../domain/license.ts';
import { pick } from '../domain/pick.ts';

/** The fields that every answer about a license shows: its state at a time. */
export const LICENSE_STATE = [
  'status',
  'seat_limit',
  'seats_used',
  'seats_remaining',
  'expires_at',
  'starts_on_activation',
] as const;

export const licenseState = (
  license: Pick<License, 'status' | 'seat_limit' | 'seats_used' | 'expires_at' | 'starts_on_activation'>,
  nowMs: number,
) =>
  pick(LICENSE_STATE, {
    ...license,
    status: computeStatus(license, nowMs),
    seats_remaining: seatsRemaining(license),
  });
