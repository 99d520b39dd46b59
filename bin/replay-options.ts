import { parseArgs } from 'node:util';
import { typeMatches } from '../lib/domain/event-name.ts';
import { parseTime } from '../lib/domain/time.ts';
import { EVENT_NAMES, EVENT_TYPES } from '../lib/events/filters.ts';
import type { Deployment } from './environment.ts';

export const HELP = `Sends past events of a brand to the event bus again.

  npm run replay -- --stage STAGE --brand SLUG --from TIME --to TIME
  npm run replay -- --local --brand SLUG --from TIME --to TIME

  --stage STAGE     a deployed stage; needs AWS credentials in the environment
  --second-region REGION
                    reads and sends there, once it writes after a failover; with --stage
  --local           the service that runs on this machine
  --brand SLUG      the brand
  --from, --to      the first and last second, such as 2026-12-31T23:59:59Z; a date means its first or last second
  --type TYPE       only this type, such as license.renewed, or license.* for all types of a noun; can be repeated
  --rate NUMBER     the most events per second (default 50)
  --dry-run         counts the events, and sends nothing
  --resume TOKEN    continues a stopped replay; replaces --brand, --from, --to and --type
  --help            shows this text

An event keeps its id and gets the field replayed_at, so that a consumer can recognize it. Events are sent in order of
time, and those of one license in order of seq. Ctrl-C stops the replay and prints the token that continues it. A
continued replay repeats the events of at most one second.
`;

/** The range of a replay, as its token encodes it. Times are seconds, both included. */
export type Span = { brand: string; from: string; to: string; types: string[] };
export type Options = Span & { target: Deployment; rate: number; dryRun: boolean };

const OPTIONS = {
  stage: { type: 'string' },
  'second-region': { type: 'string' },
  local: { type: 'boolean' },
  'local-dir': { type: 'string', default: '.local' },
  brand: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  type: { type: 'string', multiple: true },
  rate: { type: 'string', default: '50' },
  'dry-run': { type: 'boolean', default: false },
  resume: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

const MAX_RATE = 10_000;

/** Throws a one-line error that names the faulty argument; undefined when help is requested. */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parsed(args);
  if (values.help === true) return undefined;
  const { stage, local, rate, resume, 'second-region': secondRegion } = values;
  if ((stage === undefined) === (local !== true)) throw wrong('Give one of --stage STAGE and --local');
  if (stage === undefined && secondRegion !== undefined) throw wrong('--second-region needs --stage');
  if (!/^[1-9]\d{0,4}$/.test(rate) || Number(rate) > MAX_RATE)
    throw wrong(`--rate must be a whole number from 1 to ${MAX_RATE}, not ${JSON.stringify(rate)}`);
  const target: Deployment =
    stage === undefined ? { kind: 'local', localDir: values['local-dir'] } : { kind: 'stage', stage, secondRegion };
  return {
    ...(resume === undefined ? readSpan(values) : spanIn(resume, values)),
    target,
    rate: Number(rate),
    dryRun: values['dry-run'],
  };
}

type Values = ReturnType<typeof parsed>['values'];

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS });
  } catch (error) {
    const [complaint = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/, 1);
    throw wrong(complaint);
  }
}

type GivenOptions = {
  brand?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  type?: string[] | undefined;
};

function readSpan({ brand, from, to, type = [] }: GivenOptions): Span {
  if (brand === undefined || brand === '') throw wrong('--brand is missing');
  const span = {
    brand,
    from: timeOf('from', from, 'T00:00:00Z'),
    to: timeOf('to', to, 'T23:59:59Z'),
    types: type.map(knownType),
  };
  if (span.from > span.to) throw wrong(`--from ${span.from} is after --to ${span.to}`);
  return span;
}

function timeOf(name: string, text: string | undefined, ofDay: string): string {
  if (text === undefined) throw wrong(`--${name} is missing`);
  const time = parseTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}${ofDay}` : text);
  if (time === undefined)
    throw wrong(
      `--${name} must be a date, or a time with a zone such as 2026-12-31T23:59:59Z, not ${JSON.stringify(text)}`,
    );
  return time;
}

function knownType(pattern: string): string {
  if (!EVENT_TYPES.some((type) => typeMatches([pattern], type)))
    throw wrong(`--type ${JSON.stringify(pattern)} names no event. There are: ${EVENT_NAMES.join(', ')}`);
  return pattern;
}

/** The options that name the same table and bus. */
export function writeTarget(target: Options['target']): string {
  if (target.kind === 'local') return '--local';
  const { stage, secondRegion } = target;
  return secondRegion === undefined ? `--stage ${stage}` : `--stage ${stage} --second-region ${secondRegion}`;
}

/** A replay continues at the second in which it stopped. */
export function buildResumeToken({ brand, from: _from, to, types }: Span, at: string): string {
  return Buffer.from(JSON.stringify([brand, at, to, ...types])).toString('base64url');
}

function spanIn(token: string, values: Values): Span {
  const [surplus] = (['brand', 'from', 'to', 'type'] as const).filter((name) => values[name] !== undefined);
  if (surplus !== undefined) throw wrong(`--resume already contains ${surplus}: leave --${surplus} out`);
  try {
    const [brand, from, to, ...type] = JSON.parse(Buffer.from(token, 'base64url').toString()) as string[];
    return readSpan({ brand, from, to, type });
  } catch {
    throw wrong('--resume is not the token of a replay');
  }
}

const wrong = (complaint: string): Error => new Error(`${complaint}. See npm run replay -- --help`);
