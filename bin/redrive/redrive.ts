/** The outcome of one message, in a line; `kept` says that it stays in its queue. */
export type Redriven = { line: string; kept: boolean };

/** Brings the messages of one dead-letter queue to where they should have gone. */
export type Redrive = {
  /** About how many messages there are. */
  count: () => Promise<number>;
  run: (options: { dryRun: boolean }) => AsyncGenerator<Redriven>;
};
