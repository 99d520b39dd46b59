/** The reason why these tests cannot run on this machine, which is not a fault of the service. */
export class LeftOut extends Error {}

/** Reports the progress of a running step. */
export type Note = (progress: string) => void;

export type Report = {
  /** Runs one step and prints its duration and result. */
  step: <T>(name: string, run: (note: Note) => Promise<T>, showed?: (result: T) => string) => Promise<T>;
  say: (line: string) => void;
  summary: (outcome: string) => void;
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export function openReport(write: (line: string) => void = console.log): Report {
  const began = performance.now();
  const done: { name: string; tookMs: number; showed: string }[] = [];
  const say = (line: string): void => write(`[${seconds(performance.now() - began).padStart(8)}] ${line}`);
  return {
    say,
    async step(name, run, showed = () => '') {
      say(name);
      const started = performance.now();
      const result = await run((progress) => say(`    … ${progress}`));
      const entry = { name, tookMs: performance.now() - started, showed: showed(result) };
      done.push(entry);
      say(`    ✓ ${seconds(entry.tookMs)}${entry.showed === '' ? '' : `: ${entry.showed}`}`);
      return result;
    },
    summary(outcome) {
      write('');
      for (const { name, tookMs, showed } of done)
        write(`${seconds(tookMs).padStart(9)}  ${name}${showed === '' ? '' : `: ${showed}`}`);
      write(`${seconds(performance.now() - began).padStart(9)}  in all: ${outcome}`);
    },
  };
}
