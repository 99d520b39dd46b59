import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import {
  callsOfTimeAndChance,
  clientsOfAws,
  member,
  onlyTheClockKnowsTime,
  rulesOfTimeAndChance,
  timeAndChance,
  timeComesIn,
} from './eslint.time.js';
import { wallRules } from './eslint.walls.js';

const wholeZod = {
  selector:
    'ImportDeclaration[source.value=/^zod/] > :matches(ImportDefaultSpecifier, ImportSpecifier[imported.name="z"])',
  message: "Write import * as z from 'zod': the named z pulls all of zod into each bundle.",
};
const assignmentAsValue = {
  selector: ':not(ExpressionStatement, ForStatement) > AssignmentExpression',
  message: 'An assignment is a statement of its own.',
};
const importForItsEffect = {
  selector: 'ImportDeclaration[specifiers.length=0]',
  message: 'No file acts when it is imported (docs/decisions/0134): export a function, and call it.',
};
const everywhere = [wholeZod, assignmentAsValue, importForItsEffect];
const EXPRESSION = '/^(?:Condition|KeyCondition|Update|Filter|Projection)Expression$/';
const expressionsInDynamo = {
  selector: `Property:matches([key.name=${EXPRESSION}], [key.value=${EXPRESSION}])`,
  message: 'Only lib/dynamo writes expressions: build a condition or a change, which are data.',
};
const unicodeLater = {
  selector: 'Literal[regex.pattern=/\\\\[pP]\\{/]',
  message: 'V8 reads classes of Unicode when it loads a file: write unicodePattern (lib/domain/unicode-pattern.ts).',
};
const importsAtTheTop = {
  selector: 'ImportExpression[source.value=/^\\.\\.|dynamodb/]',
  message: 'Import at the top of the file, where the walls can see it; load later only a file of the same folder.',
};
const wholeSuites = [
  {
    selector: member('/^(test|it|describe)$/', '/^(only|skip|todo|failing)$/'),
    message: 'Every test runs, every time.',
  },
  {
    selector: 'CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]',
    message: 'Every test runs, every time.',
  },
];
const oneFastCheck = {
  selector: 'ImportDeclaration[source.value="fast-check"]',
  message: 'Import fc from test/support/run/properties.ts, which takes the seed of PROPERTY_SEED.',
};

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
      'no-sequences': ['error', { allowInParentheses: false }],
      'max-len': ['error', { code: 120, ignoreUrls: true }],
      'no-cond-assign': ['error', 'always'],
      'no-restricted-syntax': ['error', ...everywhere],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
      'no-warning-comments': [
        'error',
        { terms: ['todo', 'fixme', 'xxx', 'eslint-disable', '@ts-ignore', '@ts-expect-error'], location: 'anywhere' },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in lib/process/config.ts alone.' },
      ],
    },
  },
  {
    files: ['lib/process/config.ts', 'local/**', 'test/**', 'deploy-test/**', 'bench/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['lib/**', 'functions/**', 'local/**', 'bin/**', 'infra/**'],
    rules: rulesOfTimeAndChance,
  },
  { files: timeAndChance, rules: { 'no-restricted-globals': 'off' } },
  {
    // Written by a tool.
    files: ['clients/typescript/src/openapi.ts'],
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      'max-len': 'off',
      'max-lines': 'off',
    },
  },
  {
    // The package marks it so that nobody takes it by mistake; a provider on this machine has no certificate.
    files: ['lib/console/provider.ts'],
    rules: {
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', name: 'allowInsecureRequests', package: 'openid-client' }] },
      ],
    },
  },
  { files: ['lib/**', 'functions/**'], rules: { 'no-console': 'error' } },
  ...[
    {
      files: ['lib/**', 'functions/**'],
      syntax: [importsAtTheTop, ...clientsOfAws, expressionsInDynamo, unicodeLater, ...onlyTheClockKnowsTime],
    },
    {
      files: ['lib/dynamo/**'],
      syntax: [importsAtTheTop, ...clientsOfAws, ...onlyTheClockKnowsTime],
    },
    { files: ['bin/**'], syntax: [...clientsOfAws, ...onlyTheClockKnowsTime] },
    { files: ['local/**', 'infra/**'], syntax: onlyTheClockKnowsTime },
    {
      files: ['lib/domain/**', 'lib/commands/**', 'lib/queries/**'],
      syntax: [importsAtTheTop, ...clientsOfAws, expressionsInDynamo, unicodeLater, ...timeComesIn],
    },
  ].map(({ files, syntax }) => ({
    files,
    ignores: timeAndChance,
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...callsOfTimeAndChance, ...syntax] },
  })),
  {
    files: ['test/**', 'deploy-test/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-syntax': ['error', ...everywhere, ...wholeSuites, oneFastCheck],
    },
  },
  {
    files: ['test/support/run/properties.ts'],
    rules: { 'no-restricted-syntax': ['error', ...everywhere, ...wholeSuites] },
  },
  ...wallRules,
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-undef': 'off', 'no-restricted-properties': 'off' },
  },
);
