/** The path to an attribute: its name, or the names that lead to it through maps. */
export type Path = string | readonly string[];

type Comparator = '=' | '<' | '<=' | '>';

/** A condition on the item that a write touches, as plain data. `expressions.ts` turns it into DynamoDB's syntax. */
export type Condition =
  | { kind: 'exists' | 'missing'; path: Path }
  | { kind: 'compare'; path: Path; is: Comparator; value: unknown }
  | { kind: 'contains' | 'size'; path: Path; value: unknown }
  | { kind: 'all' | 'any'; of: readonly Condition[] };

export const attributeExists = (path: Path): Condition => ({ kind: 'exists', path });
export const attributeMissing = (path: Path): Condition => ({ kind: 'missing', path });

const comparing =
  (is: Comparator) =>
  (path: Path, value: unknown): Condition => ({ kind: 'compare', path, is, value });
export const equals = comparing('=');
export const below = comparing('<');
export const atMost = comparing('<=');
export const above = comparing('>');

/** The list or set contains this element. */
export const contains = (path: Path, value: unknown): Condition => ({ kind: 'contains', path, value });
/** The list or map has this many elements. In which unit DynamoDB measures a text is not documented. */
export const hasSize = (path: Path, value: number): Condition => ({ kind: 'size', path, value });

export const allOf = (...of: readonly Condition[]): Condition => ({ kind: 'all', of });
export const anyOf = (...of: readonly Condition[]): Condition => ({ kind: 'any', of });

export const isPresent = attributeExists('pk');
export const isNew = attributeMissing('pk');
export const unchangedSince = (seq: number): Condition => equals('seq', seq);

/** TTL deletes days late, so a record whose time is over counts as gone. */
export const isNewOrPast = (nowMs: number): Condition => anyOf(isNew, atMost('ttl', Math.floor(nowMs / 1000)));
