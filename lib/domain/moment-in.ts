const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

/** `2026-10-31T23:59:59Z` → `31 October 2026, 23:59 UTC`. */
export function momentIn(time: string): string {
  const [year, month, day] = [time.slice(0, 4), time.slice(5, 7), time.slice(8, 10)];
  return `${Number(day)} ${String(MONTHS[Number(month) - 1])} ${year}, ${time.slice(11, 16)} UTC`;
}
