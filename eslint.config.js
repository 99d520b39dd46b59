import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** A wall stands round a room: which files it holds, what they must not import, and why. Imports run one way: domain ← events ← table ← verbs ← functions → http. */
const tables = '^@aws-sdk/(?:client-dynamodb|lib-dynamodb|util-dynamodb)(?:/|$)';
const onlyTableKnowsDynamo = {
  regex: tables,
  message: 'Only lib/table speaks to DynamoDB; ask it for an access pattern instead.',
};
const only = (...allowed) => `^(?!(?:${allowed.join('|')}))`;
const own = '\\./';
const root = '(?:\\.\\./)+(?:config|context|job|logger|runtime|vault)\\.ts$';
const room = (...names) => `(?:\\.\\./)+(?:${names.join('|')})/`;
const zod = 'zod(?:/mini)?$';

const walls = [
  {
    files: ['lib/domain/**/*.ts'],
    patterns: [
      {
        regex: only(own, zod, 'node:(?:crypto|net|url)$'),
        message: 'lib/domain is pure: it imports only itself, zod, node:crypto, node:net and node:url.',
      },
    ],
  },
  {
    files: ['lib/events/**/*.ts'],
    patterns: [{ regex: only(own, zod, room('domain')), message: 'lib/events imports only lib/domain and zod.' }],
  },
  {
    files: ['lib/table/**/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)(?:commands|queries|http|functions|infra|bench|test)/',
        message: 'lib/table imports only lib/domain and lib/events; verbs and HTTP are built on it.',
      },
    ],
    knowsDynamo: true,
  },
  {
    files: ['lib/commands/**/*.ts', 'lib/queries/**/*.ts'],
    patterns: [
      {
        regex: only(own, root, room('table', 'events', 'domain', 'webhooks', 'http/routes'), zod, 'node:crypto$'),
        message:
          'A verb imports lib/table, lib/events, lib/domain, lib/webhooks and the context: no HTTP, no other verb kind, no SDK.',
      },
    ],
    typesOnly: [
      {
        regex: '/http/',
        message: 'A verb takes the types of its input and answer from the route table, and nothing else of HTTP.',
      },
    ],
  },
  {
    files: ['lib/http/route.ts', 'lib/http/routes.ts', 'lib/http/routes/**/*.ts'],
    patterns: [
      {
        regex: only(own, '\\.\\./route\\.ts$', room('domain', 'events'), zod),
        message: 'The route table is pure data, read by infra too: it imports only zod, lib/domain and lib/events.',
      },
    ],
  },
  {
    files: ['lib/http/**/*.ts'],
    ignores: ['lib/http/route.ts', 'lib/http/routes.ts', 'lib/http/routes/**/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)(?:commands|queries|functions|infra|bench|test)/',
        message: 'lib/http imports no verb; a function marries route and verb.',
      },
    ],
  },
  {
    files: ['lib/relay/**/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)(?:commands|queries|http|functions|infra|bin|bench|test)/',
        message: 'lib/relay takes journal entries to the bus and back from it: it imports no verb and nothing of HTTP.',
      },
    ],
  },
  {
    files: ['lib/webhooks/**/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)(?:commands|queries|http|functions|infra|bin|bench|test)/',
        message: 'lib/webhooks takes events to receivers: it imports no verb and nothing of the API.',
      },
    ],
  },
  {
    files: ['bin/**/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)(?:http|functions|infra|bench|test)/',
        message: 'A command of an operator is built on lib, beside the functions.',
      },
    ],
  },
  {
    files: ['lib/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)(?:commands|queries|http|functions|infra|bench|test)/',
        message: 'The context is below verbs and HTTP and imports neither.',
      },
    ],
  },
  {
    files: ['functions/**/*.ts'],
    patterns: [
      {
        regex: '(?:^|/)lib/(?:table|domain)/|(?:^|/)(?:infra|bench|test)/',
        message:
          'A function only binds a route to a verb: rules belong in lib/domain, table access in commands and queries.',
      },
    ],
  },
  {
    files: ['infra/**/*.ts'],
    ignores: ['infra/local/**'],
    patterns: [
      {
        regex:
          '(?:^|/)lib/(?!figures\\.ts$|http/routes?(?:/|\\.ts$)|table/(?:schema|item-classes)\\.ts$|events/catalog\\.ts$)|(?:^|/)(?:functions|local|bench|test)/',
        message:
          'infra learns the service from the route table, lib/table/schema.ts and item-classes.ts, lib/events/catalog.ts and lib/figures.ts alone.',
      },
    ],
  },
  {
    files: ['infra/local/**/*.ts'],
    patterns: [{ regex: '(?:^|/)(?:bench|test)/', message: 'What runs the service does not depend on its tests.' }],
    knowsDynamo: true,
  },
  { files: ['test/**/*.ts', 'bench/**/*.ts'], patterns: [], knowsDynamo: true },
];

const wallRules = walls.map(({ files, ignores = [], patterns, typesOnly = [], knowsDynamo = false }) => ({
  files,
  ignores,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        paths: [
          ...['node:process', 'process'].map((name) => ({
            name,
            importNames: ['env'],
            message: 'The environment is read in lib/config.ts alone.',
          })),
        ],
        patterns: knowsDynamo ? patterns : [...patterns, onlyTableKnowsDynamo],
      },
    ],
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: typesOnly.map((pattern) => ({ ...pattern, allowTypeImports: true })) },
    ],
  },
}));

const wholeZod = {
  selector:
    'ImportDeclaration[source.value=/^zod/] > :matches(ImportDefaultSpecifier, ImportSpecifier[imported.name="z"])',
  message: "Write import * as z from 'zod': the named z pulls all of zod into each bundle.",
};
const clientsWithTimeLimits = {
  selector: 'NewExpression[callee.name=/Client$/]:not(:has(CallExpression[callee.name="clientOptions"]))',
  message: 'Make a client of AWS with clientOptions(): the SDK alone waits for an answer without end.',
};
const importsAtTheTop = {
  selector: 'ImportExpression[source.value=/^\\.|dynamodb/]',
  message: 'Import at the top of the file, where the walls can see it.',
};
const clocks = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Time comes in from the context: new Date() cannot be tested.',
  },
  {
    selector: 'CallExpression[callee.object.name="Date"][callee.property.name="now"]',
    message: 'Time comes in from the context: Date.now() cannot be tested.',
  },
];
const wholeSuites = [
  {
    selector: 'MemberExpression[object.name=/^(test|it|describe)$/][property.name=/^(only|skip|todo|failing)$/]',
    message: 'Every test runs, every time.',
  },
  {
    selector: 'CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]',
    message: 'Every test runs, every time.',
  },
];

export default tseslint.config(
  { ignores: ['node_modules/', 'cdk.out/', 'coverage/', 'dist/', '.local/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/dot-notation': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', wholeZod],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-warning-comments': [
        'error',
        { terms: ['todo', 'fixme', 'xxx', 'eslint-disable', '@ts-ignore', '@ts-expect-error'], location: 'anywhere' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in lib/config.ts alone.' },
      ],
    },
  },
  { files: ['lib/config.ts', 'infra/local/**', 'test/**', 'bench/**'], rules: { 'no-restricted-properties': 'off' } },
  {
    files: ['lib/**', 'functions/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', wholeZod, importsAtTheTop, clientsWithTimeLimits],
    },
  },
  { files: ['bin/**'], rules: { 'no-restricted-syntax': ['error', wholeZod, clientsWithTimeLimits] } },
  {
    files: ['lib/domain/**', 'lib/commands/**', 'lib/queries/**'],
    rules: { 'no-restricted-syntax': ['error', wholeZod, importsAtTheTop, clientsWithTimeLimits, ...clocks] },
  },
  {
    files: ['test/**'],
    rules: { 'max-lines-per-function': 'off', 'no-restricted-syntax': ['error', wholeZod, ...wholeSuites] },
  },
  ...wallRules,
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-undef': 'off', 'no-restricted-properties': 'off' },
  },
);
