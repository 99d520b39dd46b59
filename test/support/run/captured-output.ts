import { jest } from '@jest/globals';

/** Collects every line that this process writes to its streams or the console, until `jest.restoreAllMocks()`. */
export function captureOutput(): string[] {
  const lines: string[] = [];
  const keep = (chunk: unknown): boolean => {
    lines.push(
      ...String(chunk)
        .split('\n')
        .filter((line) => line !== ''),
    );
    return true;
  };
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(keep);
  for (const way of ['debug', 'info', 'log', 'warn', 'error'] as const)
    jest.spyOn(console, way).mockImplementation((...words) => void keep(words.map(String).join(' ')));
  return lines;
}
