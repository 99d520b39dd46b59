import type { ParsedInstance } from '../domain/instance.ts';
import type { License } from '../domain/license.ts';
import type { Activation } from '../domain/seats.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Answer, Once } from '../table/once.ts';
import type { ProductCall } from '../table/product-call.ts';
import type { Retry } from '../dynamo/outcome.ts';
import type { Table } from '../dynamo/table.ts';
import type { SeatStep } from './seat-steps.ts';

/** The part of a call by which its license and its activations are found. */
export type SeatRequest = {
  license_key: string;
  product?: string | undefined;
  instance: ParsedInstance | undefined;
  /** A second activation that the call names, by its instance or its id. Without `instance`, the only one. */
  other?: { instance: ParsedInstance } | { activation_id: string } | undefined;
  /** True if a refusal shows other seats, as the brand's settings say. */
  showsSeats?: boolean;
};

/** A plugin's call that changes a seat, and the items it found. */
export type SeatCall = ProductCall & { table: Table; once: Once | undefined; licenseKeyId: string };

/** A decision on seats: the license and activations change in steps, or nothing changes, or the call is refused. */
export type SeatDecision<T> =
  /** `activation` is the instance's after the steps. */
  | { kind: 'changed'; steps: SeatStep[]; activation: Activation; answer: (license: License) => Answer<T> }
  | { kind: 'unchanged'; answer: Answer<T> }
  | Refusal
  | Retry;
