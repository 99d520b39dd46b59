import type { Command, Flag } from './command.ts';

/** Flags that every command takes. */
export const EVERYWHERE: Record<string, Flag> = {
  stage: {
    type: 'string',
    help: 'a deployed stage; its stack is asked for addresses, with AWS credentials in the environment',
  },
  local: { type: 'boolean', help: 'the service that runs on this machine, with the key that it wrote down' },
  'local-dir': { type: 'string', help: 'where that is written; .local unless given' },
  url: { type: 'string', help: 'the service’s address, instead of --stage (or in CLS_URL)' },
  json: { type: 'boolean', help: 'the answer as the API gives it' },
  yes: { type: 'boolean', help: 'agrees to what is asked before something ends' },
  help: { type: 'boolean', help: 'this text' },
};

const RUN = 'npm run admin --';
const NOTES = `Where: --local, --stage STAGE or --url URL. With the last two the key of the platform team comes from the
environment variable CLS_API_KEY, or is asked for; it is never an argument, as others can see those.
create-platform-key makes the first one.

Ends with 0, with 1 when it was refused or failed, with 2 when the command was not written right.`;

/** The help for the requested topic: one command, a group such as `brand`, or all. */
export function helpFor(commands: readonly Command[], words: readonly string[]): string {
  const [only, ...others] = commands;
  if (only !== undefined && others.length === 0) return commandHelp(only);
  const group = words[0] === undefined ? '' : `${words[0]} `;
  const width = Math.max(...commands.map((command) => usage(command).length));
  const lines = commands.map((command) => `  ${usage(command).padEnd(width)}  ${command.summary}`);
  const examples = commands.flatMap((command) => command.examples.slice(0, 1)).slice(0, 3);
  return [
    `${RUN} ${group}COMMAND [--flags]`,
    lines.join('\n'),
    exampleLines(examples),
    `${RUN} COMMAND --help shows the flags of one.`,
    NOTES,
  ].join('\n\n');
}

function commandHelp(command: Command): string {
  const own = flagLines(command.flags);
  return [
    `${command.summary}.`,
    `  ${RUN} ${usage(command)} [--flags]`,
    ...(own === '' ? [] : [own]),
    flagLines(EVERYWHERE),
    exampleLines(command.examples),
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
