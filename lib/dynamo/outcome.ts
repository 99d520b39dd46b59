/** A try that came to a value. */
export type Done<T> = { kind: 'done'; value: T };
/** A try that lost to another writer: what it read is out of date, so that another try has to read it again. */
export type Retry = { kind: 'retry' };
/** A try that is refused, however often it is made. Its facts are the domain's (`domain/refusal.ts`). */
export type Refused = { kind: 'refused' };

/** The result of one try. A refusal and a lost race pass through every step as they are. */
export type Outcome<T, R extends Refused = never> = Done<T> | R | Retry;

export const done = <T>(value: T): Done<T> => ({ kind: 'done', value });
export const retry = (): Retry => ({ kind: 'retry' });

/** The result of tries that are over: the value, or the refusal. */
export const settled = <T, R extends Refused = never>(outcome: Done<T> | R): T | R =>
  outcome.kind === 'done' ? outcome.value : outcome;
