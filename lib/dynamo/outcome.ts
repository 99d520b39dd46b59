/** A try that produced a value. */
export type Done<T> = { kind: 'done'; value: T };
/** A try that lost to another writer. It read stale data, so the next try must read again. */
export type Retry = { kind: 'retry' };
/** A try that is refused, however often it is made. Its facts are the domain's (`domain/refusal.ts`). */
export type Refused = { kind: 'refused' };

/** The result of one try. Each step passes a refusal and a lost race on unchanged. */
export type Outcome<T, R extends Refused = never> = Done<T> | R | Retry;

export const done = <T>(value: T): Done<T> => ({ kind: 'done', value });
export const retry = (): Retry => ({ kind: 'retry' });

/** The final result of the tries: the value, or the refusal. */
export const settled = <T, R extends Refused = never>(outcome: Done<T> | R): T | R =>
  outcome.kind === 'done' ? outcome.value : outcome;
