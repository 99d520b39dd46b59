import type { Command, Flag } from './command.ts';

/** Flags that every command takes. */
export const EVERYWHERE: Record<string, Flag> = {
  stage: {
    type: 'string',
    help: 'a deployed stage; needs AWS credentials in the environment, to look up its address',
  },
  local: { type: 'boolean', help: 'the service that runs on this machine, with the key in its credentials.json' },
  'local-dir': { type: 'string', help: 'the folder of credentials.json; the default is .local' },
  url: { type: 'string', help: 'the address of the service, instead of --stage; also read from CLS_URL' },
  json: { type: 'boolean', help: 'print the answer as JSON' },
  yes: { type: 'boolean', help: 'answer all questions with yes' },
  help: { type: 'boolean', help: 'show this text' },
};

const RUN = 'npm run admin --';
const NOTES = `Name the service with --local, --stage STAGE or --url URL. For --stage and --url, put an API key of
the platform into the environment variable CLS_API_KEY, or enter it when you are asked. There is no flag for it, because
other users of a machine can see the arguments of a command. create-platform-key creates the first key.

Exit codes: 0 when it worked, 1 when it was refused or failed, 2 when the command line has an error.`;

/** The help for the requested topic: one command, with `further` ones of its word, a group such as `brand`, or all. */
export function helpFor(
  commands: readonly Command[],
  words: readonly string[],
  further: readonly Command[] = [],
): string {
  const [only, ...others] = commands;
  if (only !== undefined && others.length === 0) return commandHelp(only, further);
  const group = words[0] === undefined ? '' : `${words[0]} `;
  const examples = commands.flatMap((command) => command.examples.slice(0, 1)).slice(0, 3);
  return [
    `${RUN} ${group}COMMAND [--flags]`,
    summaryLines(commands),
    exampleLines(examples),
    `${RUN} COMMAND --help shows the flags of a command.`,
    NOTES,
  ].join('\n\n');
}

function summaryLines(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => usage(command).length));
  return commands.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary}`).join('\n');
}

function commandHelp(command: Command, further: readonly Command[]): string {
  const own = flagLines(command.flags);
  return [
    `${command.summary}.`,
    `  ${RUN} ${usage(command)} [--flags]`,
    ...(own === '' ? [] : [own]),
    flagLines(EVERYWHERE),
    exampleLines(command.examples),
    ...(further.length === 0 ? [] : [`See also\n${summaryLines(further)}`]),
    NOTES,
  ].join('\n\n');
}

const usage = ({ words, operand }: Command): string => (operand === undefined ? words : `${words} ${operand}`);
const exampleLines = (examples: readonly string[]): string =>
  `Examples\n${examples.map((example) => `  ${RUN} ${example}`).join('\n')}`;

function flagLines(flags: Record<string, Flag>): string {
  const named = Object.entries(flags).map(
    ([name, flag]) =>
      [flag.type === 'string' ? `--${name} ${name.toUpperCase().replaceAll('-', '_')}` : `--${name}`, flag] as const,
  );
  const width = Math.max(0, ...named.map(([name]) => name.length), 26);
  return named
    .map(([name, { help, required }]) => `  ${name.padEnd(width)}  ${help}${required === true ? ' (required)' : ''}`)
    .join('\n');
}
