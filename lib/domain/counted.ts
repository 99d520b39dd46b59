/** A number and its noun, right in the singular: `1 seat`, `5 seats`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
