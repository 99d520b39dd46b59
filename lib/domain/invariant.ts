/** The value, which an invariant says is there. The message names the invariant, for the case that it is broken. */
export function required<T>(value: T | undefined, message: string): T {
  assertThat(value !== undefined, message);
  return value;
}

/** Throws if an invariant is broken. */
export function assertThat(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}
