import { importsOfTimeAndChance, timeAndChance } from './eslint.time.js';

/**
 * Each room of HOUSE's map has a wall: the files in it, the imports that it allows, and the reason. Imports run one
 * way: domain ← events ← api, and process ← dynamo ← table ← views ← verbs ← functions, with http beside the verbs.
 */
const tables = '^@aws-sdk/(?:client-dynamodb|lib-dynamodb|util-dynamodb)(?:/|$)';
const onlyDynamoKnowsDynamo = {
  regex: tables,
  message: 'Only lib/dynamo and lib/table speak to DynamoDB; ask them for an access pattern instead.',
};
const noDocumentClient = {
  regex: '^@aws-sdk/(?:lib-dynamodb|util-dynamodb)',
  message: 'lib/dynamo/attributes.ts translates items, for both wires (docs/decisions/0132).',
};
const only = (...allowed) => `^(?!(?:${allowed.join('|')}))`;
const own = '\\./';
const zod = 'zod/mini$';
const noWholeZod = {
  regex: '^zod$',
  message: 'Write schemas with zod/mini (docs/decisions/0133): all of zod is a third of a function.',
};
const packages = '(?!\\.)';
const root = (...names) => `(?:\\.\\./)+(?:${names.join('|')})\\.ts$`;
const room = (...names) => `(?:\\.\\./)+(?:${names.join('|')})/`;
/** A room of `lib` may import packages, its own files, and the rooms and root files named here. */
const lets = (message, { rooms = [], roots = [], from = packages }) => [
  {
    regex: only(
      from,
      own,
      ...(rooms.length > 0 ? [room(...rooms)] : []),
      ...(roots.length > 0 ? [root(...roots)] : []),
    ),
    message,
  },
];

const knownToInfra = [
  'jobs',
  'buckets',
  'dead-letters',
  'stacks',
  'domain/time',
  'domain/counts',
  'domain/edd-cannot-tell',
  'domain/signing-keys',
  'process/figures',
  'process/figure-texts',
  'dynamo/schema',
  'table/item-classes',
  'events/catalog',
];

const walls = [
  {
    files: ['lib/domain/**/*.ts'],
    patterns: [
      {
        regex: only(own, zod, 'node:(?:crypto|net|url)$', 'tldts-icann$'),
        message: 'lib/domain is pure: it imports only itself, zod, tldts-icann, node:crypto, node:net and node:url.',
      },
    ],
  },
  {
    files: ['lib/events/**/*.ts'],
    patterns: [{ regex: only(own, zod, room('domain')), message: 'lib/events imports only lib/domain and zod.' }],
  },
  {
    files: ['lib/api/**/*.ts'],
    patterns: [
      {
        regex: only(own, zod, room('domain', 'events')),
        message: 'The route table is pure data, read by infra too: it imports only zod, lib/domain and lib/events.',
      },
    ],
  },
  {
    files: ['lib/process/**/*.ts'],
    patterns: lets(
      'lib/process is what a process has: it imports only itself, lib/domain, the job table and packages.',
      { rooms: ['domain'], roots: ['jobs', 'buckets', 'dead-letters'] },
    ),
  },
  {
    files: timeAndChance,
    patterns: [{ regex: only('node:'), message: 'The clock, chance and timers import nothing but node.' }],
    knowsTime: true,
  },
  {
    files: ['lib/dynamo/**/*.ts'],
    patterns: [
      noDocumentClient,
      ...lets('lib/dynamo knows no entity: it imports only itself, lib/process and packages.', { rooms: ['process'] }),
    ],
    knowsDynamo: true,
  },
  {
    files: ['lib/table/**/*.ts'],
    patterns: [
      noDocumentClient,
      ...lets('lib/table imports only lib/dynamo, lib/process, lib/domain and lib/events: verbs are built on it.', {
        rooms: ['dynamo', 'process', 'domain', 'events'],
      }),
    ],
    knowsDynamo: true,
  },
  {
    files: ['lib/views/**/*.ts'],
    patterns: lets('lib/views shows what lib/table holds: it imports no verb, no route and nothing of HTTP.', {
      rooms: ['table', 'dynamo', 'process', 'domain', 'events'],
      roots: ['context'],
    }),
  },
  {
    files: ['lib/commands/**/*.ts', 'lib/queries/**/*.ts'],
    patterns: lets(
      'A verb imports what is below it and the context: nothing of HTTP, no verb of the other kind, no SDK.',
      {
        from: `${zod}|node:crypto$`,
        rooms: ['table', 'dynamo', 'views', 'process', 'events', 'domain', 'webhooks', 'imports', 'packages', 'api'],
        roots: ['context', 'job'],
      },
    ),
  },
  {
    files: ['lib/http/**/*.ts'],
    patterns: lets('lib/http imports no verb; a function marries route and verb.', {
      rooms: ['api', 'table', 'dynamo', 'views', 'process', 'events', 'domain', 'openapi'],
      roots: ['context', 'problems', 'common-problems', 'oauth-errors', 'binding', 'respond'],
    }),
  },
  {
    files: ['lib/console/**/*.ts'],
    patterns: lets('lib/console makes pages from the verbs of the API: it changes nothing in another way.', {
      rooms: [
        'api',
        'commands',
        'queries',
        'http',
        'views',
        'webhooks',
        'imports',
        'packages',
        'table',
        'dynamo',
        'process',
        'events',
        'domain',
      ],
      roots: ['context', 'runtime'],
    }),
  },
  {
    files: ['lib/relay/**/*.ts'],
    patterns: lets('lib/relay takes journal entries to the bus and back from it: no verb and nothing of the API.', {
      rooms: ['table', 'dynamo', 'process', 'events', 'domain'],
      roots: ['context', 'job', 'jobs', 'dead-letters'],
    }),
  },
  {
    files: ['lib/webhooks/**/*.ts'],
    patterns: lets('lib/webhooks takes events to receivers: it imports no verb and nothing of the API.', {
      rooms: ['table', 'dynamo', 'process', 'events', 'domain'],
      roots: ['context', 'job'],
    }),
  },
  {
    files: ['lib/imports/**/*.ts'],
    patterns: lets('lib/imports takes files to rows and back: it knows the verbs of rows and nothing of HTTP.', {
      rooms: ['commands', 'api', 'views', 'table', 'dynamo', 'process', 'events', 'domain'],
      roots: ['context', 'job', 'jobs'],
    }),
  },
  {
    files: ['lib/audit/**/*.ts'],
    patterns: lets('lib/audit reads by way of lib/table and lib/dynamo: it knows no verb, and cannot write.', {
      from: packages,
      rooms: ['audit', 'table', 'dynamo', 'process', 'events', 'domain'],
      roots: ['audit', 'kinds', 'partition-sums', 'rule', 'rules', 'sealed', 'source', 'context', 'job', 'jobs'],
    }),
  },
  {
    files: ['lib/packages/**/*.ts'],
    patterns: lets(
      'lib/packages reads and keeps the packages of releases: it imports no verb and nothing of the API.',
      {
        rooms: ['table', 'dynamo', 'process', 'events', 'domain', 'relay'],
        roots: ['context', 'job', 'jobs', 'buckets'],
      },
    ),
  },
  {
    files: ['clients/**/*.ts'],
    patterns: [
      {
        regex: only(own, '\\.\\./src/'),
        message: 'A client is a package of its own: it imports nothing but its own files, and no package.',
      },
    ],
    knowsTime: true,
  },
  {
    files: ['bin/**/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)(?:http|functions|infra|local|bench|test|deploy-test)/',
        message: 'A command of an operator is built on lib, beside the functions.',
      },
    ],
  },
  {
    files: ['lib/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)(?:commands|queries|views|api|http|functions|infra|local|bench|test)/',
        message: 'The context is below verbs and HTTP and imports neither.',
      },
    ],
  },
  {
    files: ['lib/jobs.ts', 'lib/buckets.ts', 'lib/dead-letters.ts', 'lib/stacks.ts'],
    patterns: [
      {
        regex: only('\\./domain/', '\\./(?:jobs|buckets|dead-letters)\\.ts$'),
        message:
          'The jobs and the stacks are pure data, read by infra too: they import nothing but lib/domain and the jobs.',
      },
    ],
  },
  {
    files: ['functions/**/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)lib/(?:dynamo|table|views|domain)/|(?:^|/)(?:infra|local|bench|test)/',
        message:
          'A function only binds a route to a verb: rules belong in lib/domain, table access in commands and queries.',
      },
    ],
  },
  {
    files: ['infra/**/*.ts'],
    patterns: [
      {
        regex: `(?:^|/)lib/(?!api/|(?:${knownToInfra.join('|')})\\.ts$)|(?:^|/)(?:functions|local|bench|test)/`,
        message: `infra learns the service from lib/api and these files of lib alone: ${knownToInfra.join(', ')}.`,
      },
    ],
  },
  {
    files: ['local/**/*.ts'],
    patterns: [
      { regex: '(?:^|/)(?:bench|test|deploy-test)/', message: 'What runs the service does not depend on its tests.' },
    ],
    knowsDynamo: true,
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'deploy-test/**/*.ts'],
    patterns: [],
    knowsDynamo: true,
    knowsTime: true,
  },
];

/** One block of rules for the files of each room. */
export const wallRules = walls.map(({ files, patterns, knowsDynamo = false, knowsTime = false }) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: [
          ...['node:process', 'process'].map((name) => ({
            name,
            importNames: ['env'],
            message: 'The environment is read in lib/process/config.ts alone.',
          })),
          ...(knowsTime ? [] : importsOfTimeAndChance),
        ],
        patterns: [
          ...patterns,
          ...(knowsDynamo ? [] : [onlyDynamoKnowsDynamo]),
          ...(files.some((file) => /^(?:lib|functions)\//.test(file)) ? [noWholeZod] : []),
        ],
      },
    ],
  },
}));
