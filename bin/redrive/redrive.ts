/** The outcome of one message, as a line; `kept` means that it stays in its queue. */
export type Redriven = { line: string; kept: boolean };

/** Moves the messages of one dead-letter queue to their destination. */
export type Redrive = {
  /** The approximate number of messages. */
  count: () => Promise<number>;
  run: (options: { dryRun: boolean }) => AsyncGenerator<Redriven>;
};
