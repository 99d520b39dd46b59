import { parseArgs } from 'node:util';
import { makeOnce } from '../../lib/process/make-once.ts';
import { apiKeyCommands } from './api-keys.ts';
import { brandCommands } from './brands.ts';
import { catalogCommands } from './catalog.ts';
import { canaryCommand } from './canary.ts';
import type { Asked, Command, Target } from './command.ts';
import { failoverCommands } from './failover.ts';
import { CannotAsk, Usage } from './failures.ts';
import { findService } from './find-service.ts';
import { exportCommand, exportListCommand } from './export.ts';
import { EVERYWHERE, helpFor } from './help.ts';
import { compareCommand } from './compare.ts';
import { importCommand } from './import.ts';
import { importCommands } from './imports.ts';
import { licenseCommands } from './licenses.ts';
import { platformKeyCommand } from './platform-key.ts';
import { forPeople } from './print.ts';
import { prepareTableCommand } from './prepare-table.ts';
import { protectCommand } from './protect.ts';
import { openService, type Service } from './service.ts';
import { settingsCommands } from './settings.ts';
import { signingKeyCommands } from './signing-keys.ts';
import { confirm } from './terminal.ts';
import { warmCommand } from './warm.ts';

const COMMANDS: readonly Command[] = [
  platformKeyCommand,
  ...brandCommands,
  ...catalogCommands,
  ...apiKeyCommands,
  ...licenseCommands,
  protectCommand,
  canaryCommand,
  ...signingKeyCommands,
  ...importCommands,
  importCommand,
  exportListCommand,
  exportCommand,
  compareCommand,
  ...settingsCommands,
  warmCommand,
  prepareTableCommand,
  ...failoverCommands,
];

/** Runs a command line, and returns its exit code: 2 if nothing was tried, 1 for a refusal. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    const complaint = error instanceof Error ? error.message : String(error);
    console.error(error instanceof Usage ? `${complaint}. See npm run admin -- --help` : complaint);
    return error instanceof Usage || error instanceof CannotAsk ? 2 : 1;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const words = wordsIn(args);
  const command = commandNamed(words);
  if (command === undefined || args.includes('--help') || args.includes('-h')) {
    showHelp(words, command);
    return 0;
  }
  const values = read(command, args);
  const target = readTarget(values);
  const text = (flag: string): string | undefined => (typeof values[flag] === 'string' ? values[flag] : undefined);
  const asked: Asked = {
    operand: words[command.words.split(' ').length] ?? '',
    text,
    isSet: (flag) => values[flag] === true,
    target,
    service: makeOnce(() => serviceAt(target)),
    brandService: (slug) => serviceAt(target, slug),
    confirm: (question) => confirm(question, values['yes'] === true),
  };
  const { answer, note, exitCode = 0 } = await command.run(asked);
  const isJson = values['json'] === true || command.asJson === true;
  console.log(isJson ? JSON.stringify(answer, null, 2) : forPeople(answer));
  if (note !== undefined) console.error(note);
  return exitCode;
}

/** The words before the first flag: a command and its subject. */
function wordsIn(args: readonly string[]): string[] {
  const end = args.findIndex((arg) => arg.startsWith('-'));
  return args.slice(0, end === -1 ? args.length : end);
}

function commandNamed(words: readonly string[]): Command | undefined {
  return COMMANDS.find((command) => command.words.split(' ').every((word, index) => words[index] === word));
}

/** Requested help is an answer; help for a missing command comes with an error. */
function showHelp(words: readonly string[], command: Command | undefined): void {
  const [group] = words;
  const near =
    command === undefined
      ? COMMANDS.filter((one) => group === undefined || one.words.split(' ')[0] === group)
      : [command];
  const isUnknown = near.length === 0 || (command === undefined && words.length > 1);
  if (isUnknown) throw new Usage(`There is no command ${JSON.stringify(words.join(' '))}`);
  const further = COMMANDS.filter((one) => command !== undefined && one.words.startsWith(`${command.words} `));
  console.log(helpFor(near, words, further));
}

type Values = Record<string, string | boolean | undefined>;

function read(command: Command, args: readonly string[]): Values {
  const flags = { ...EVERYWHERE, ...command.flags };
  const options = Object.fromEntries(Object.entries(flags).map(([name, { type }]) => [name, { type }]));
  const { values, positionals } = parsed(args, options);
  const wanted = command.words.split(' ').length + (command.operand === undefined ? 0 : 1);
  if (positionals.length < wanted) throw new Usage(`${command.operand ?? ''} is missing`);
  if (positionals.length > wanted) throw new Usage(`${JSON.stringify(positionals[wanted])} is one word too many`);
  if (wordsIn(args).length < wanted) throw new Usage(`Write ${command.operand ?? 'the command'} before the flags`);
  const missing = Object.entries(flags).filter(([name, flag]) => flag.required === true && (values[name] ?? '') === '');
  if (missing.length > 0)
    throw new Usage(`${missing.map(([name]) => `--${name}`).join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing`);
  return values;
}

function parsed(
  args: readonly string[],
  options: Record<string, { type: 'string' | 'boolean' }>,
): { values: Values; positionals: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values, positionals };
  } catch (error) {
    const [complaint = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/, 1);
    throw new Usage(complaint);
  }
}

function readTarget(values: Values): Target {
  const text = (flag: string): string | undefined => (typeof values[flag] === 'string' ? values[flag] : undefined);
  const [stage, url, table] = [text('stage'), text('url'), text('table')];
  const local = values['local'] === true ? (text('local-dir') ?? '.local') : undefined;
  if ([stage, url, table, local].filter((one) => one !== undefined).length > 1)
    throw new Usage('Give only one of --stage, --local, --url and --table');
  return { stage, localDir: local, url, table, endpoint: text('endpoint') };
}

async function serviceAt(target: Target, brand?: string): Promise<Service> {
  const { baseUrl, apiKey } = await findService(target, brand);
  return openService(baseUrl, apiKey, (found) => console.error(`${found} so far …`));
}
