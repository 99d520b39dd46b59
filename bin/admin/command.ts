import type { Service } from './service.ts';

export type Flag = { type: 'string' | 'boolean'; help: string; required?: true };

/** Where a command works: in the table itself, or by the service's API. */
export type Target = {
  stage: string | undefined;
  localDir: string | undefined;
  url: string | undefined;
  table: string | undefined;
  endpoint: string | undefined;
};

/** What a command was given. */
export type Asked = {
  /** The word after the command's own, where it takes one. */
  operand: string;
  text: (flag: string) => string | undefined;
  target: Target;
  service: () => Promise<Service>;
  /** Throws `Refused` unless whoever is at the terminal, or `--yes`, agrees. */
  confirm: (question: string) => Promise<void>;
};

/** An answer of the API as it came; `note` is for people and goes to stderr. */
export type Shown = { answer: Record<string, unknown>; note?: string };

export type Command = {
  words: string;
  /** What the word after them is, if there is one. */
  operand?: string;
  summary: string;
  flags: Record<string, Flag>;
  examples: readonly string[];
  run: (asked: Asked) => Promise<Shown>;
};
