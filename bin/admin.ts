import { parseArgs } from 'node:util';
import { makeOnce } from '../lib/process/make-once.ts';
import { apiKeyCommands } from './admin/api-keys.ts';
import { brandCommands } from './admin/brands.ts';
import { catalogCommands } from './admin/catalog.ts';
import { canaryCommand } from './admin/canary.ts';
import type { Asked, Command, Target } from './admin/command.ts';
import { failoverCommands } from './admin/failover.ts';
import { CannotAsk, Usage } from './admin/failures.ts';
import { findService } from './admin/find-service.ts';
import { exportCommand, exportListCommand } from './admin/export.ts';
import { EVERYWHERE, helpFor } from './admin/help.ts';
import { compareCommand } from './admin/compare.ts';
import { importCommand } from './admin/import.ts';
import { importCommands } from './admin/imports.ts';
import { licenseCommands } from './admin/licenses.ts';
import { platformKeyCommand } from './admin/platform-key.ts';
import { forPeople } from './admin/print.ts';
import { prepareTableCommand } from './admin/prepare-table.ts';
import { protectCommand } from './admin/protect.ts';
import { openService, type Service } from './admin/service.ts';
import { settingsCommands } from './admin/settings.ts';
import { signingKeyCommands } from './admin/signing-keys.ts';
import { confirm } from './admin/terminal.ts';
import { warmCommand } from './admin/warm.ts';

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

async function main(args: readonly string[]): Promise<void> {
  const words = wordsIn(args);
  const command = commandNamed(words);
  if (command === undefined || args.includes('--help') || args.includes('-h')) {
    showHelp(words, command);
    return;
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
  process.exitCode = exitCode;
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

main(process.argv.slice(2)).then(
  () => process.exit(),
  (error: unknown) => {
    const complaint = error instanceof Error ? error.message : String(error);
    console.error(error instanceof Usage ? `${complaint}. See npm run admin -- --help` : complaint);
    process.exit(error instanceof Usage || error instanceof CannotAsk ? 2 : 1);
  },
);
