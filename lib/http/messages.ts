import type * as z from 'zod/mini';

const NAMES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/**
 * The fault of a field, as the end of a sentence that begins with its name; for zod's `error` option. It never repeats
 * the input, which may be a secret. A schema's own messages have priority.
 */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${NAMES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return (issue.origin === 'string' || issue.origin === 'array') && Number(issue.minimum) === 1
        ? 'must not be empty'
        : `must ${extent(issue.origin, 'least', issue.minimum)}`;
    case 'too_big':
      return `must ${extent(issue.origin, 'most', issue.maximum)}`;
    case 'invalid_value':
      return issue.input === undefined
        ? 'is required'
        : `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return issue.input === undefined ? 'is required' : 'has none of the forms that are taken here';
    case 'invalid_key':
      return 'has a field whose name is not taken here';
    default:
      return 'is not valid';
  }
}

function extent(origin: string, way: 'least' | 'most', count: unknown): string {
  if (origin === 'string') return `have at ${way} ${String(count)} characters`;
  if (origin === 'array') return `have at ${way} ${String(count)} entries`;
  return `be at ${way} ${String(count)}`;
}
