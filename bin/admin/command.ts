import type { Service } from './service.ts';

export type Flag = { type: 'string' | 'boolean'; help: string; required?: true };

/** A command works either on the table itself or through the service's API. */
export type Target = {
  stage: string | undefined;
  localDir: string | undefined;
  url: string | undefined;
  table: string | undefined;
  endpoint: string | undefined;
};

/** The input of a command. */
export type Asked = {
  /** The word after the command's own, if it takes one. */
  operand: string;
  text: (flag: string) => string | undefined;
  isSet: (flag: string) => boolean;
  target: Target;
  service: () => Promise<Service>;
  /** The API, called with a key of the brand: the local one's own, or the one in CLS_API_KEY. */
  brandService: (slug: string) => Promise<Service>;
  /** Throws `Refused` unless the person at the terminal, or `--yes`, agrees. */
  confirm: (question: string) => Promise<void>;
};

/** An answer of the API, unchanged; `note` is for people and goes to stderr. */
export type Shown = {
  answer: Record<string, unknown>;
  note?: string;
  /** Not 0 for a command whose answer itself says that something is wrong. */
  exitCode?: number;
};

export type Command = {
  words: string;
  /** The kind of the word after them, if there is one. */
  operand?: string;
  summary: string;
  flags: Record<string, Flag>;
  examples: readonly string[];
  /** Prints its answer as JSON in any case. */
  asJson?: true;
  run: (asked: Asked) => Promise<Shown>;
};
