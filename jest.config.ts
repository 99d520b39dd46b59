import type { Config } from 'jest';

const config: Config = {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // For two cores: a worker that waits for the engine, or for time to pass, leaves its core to another one.
  maxWorkers: 3,
  // A worker keeps part of what each test file loaded; the more it keeps, the longer its garbage collections take.
  workerIdleMemoryLimit: '1GB',
  testSequencer: '<rootDir>/test/support/run/slowest-first.ts',
  globalSetup: '<rootDir>/test/support/run/start-engine.ts',
  globalTeardown: '<rootDir>/test/support/run/stop-engine.ts',
  setupFilesAfterEnv: ['<rootDir>/test/support/run/drop-tables.ts', '<rootDir>/test/support/run/run-on-roles.ts'],
  reporters: ['default', '<rootDir>/test/support/run/plain-summary-reporter.ts'],
  transform: { '\\.(?:[jt]s|mjs)$': ['@swc/jest', { jsc: { target: 'es2024' }, module: { type: 'commonjs' } }] },
  // Jest runs code where each look-up of a global takes a hundred times as long. These are handed to every module.
  sandboxInjectedGlobals: [
    ...['Array', 'BigInt', 'Boolean', 'Error', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Promise', 'Reflect'],
    ...['RegExp', 'Set', 'String', 'Symbol', 'TypeError', 'Uint8Array', 'WeakMap'],
  ],
  // These packages come as ES modules only, which jest cannot require as they are.
  transformIgnorePatterns: [
    '/node_modules/(?!(?:@middy|@aws-lambda-powertools|cdk-nag|openid-client|oauth4webapi|jose)/)',
  ],
  // Their only entry is for `import`, which jest's resolver does not ask for.
  moduleNameMapper: {
    '^@middy/(core|util)$': '<rootDir>/node_modules/@middy/$1/index.js',
    '^(openid-client|oauth4webapi)$': '<rootDir>/node_modules/$1/build/index.js',
    '^(jose)$': '<rootDir>/node_modules/$1/dist/webapi/index.js',
  },
  testTimeout: 30_000,
  // Only `npm run test:coverage` counts. V8's own count would take two seconds of a core for each test file.
  coverageProvider: 'babel',
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
};

export default config;
