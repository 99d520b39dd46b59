/** Time, chance and timers come from three files, so that a test can replace them and nothing waits without an end. */
export const timeAndChance = ['lib/process/clock.ts', 'lib/process/random.ts', 'lib/process/timers.ts'];
/** A selector of a property, read by its name or by its name in quotes. */
export const member = (object, name) =>
  `MemberExpression[object.name=${object}]:matches([property.name=${name}], [property.value=${name}])`;

export const importsOfTimeAndChance = [
  ...['node:timers', 'node:timers/promises', 'timers', 'timers/promises'].map((name) => ({
    name,
    message: 'Timers are set in lib/process/timers.ts alone.',
  })),
  ...['node:crypto', 'crypto'].map((name) => ({
    name,
    importNames: [
      'randomBytes',
      'randomFill',
      'randomFillSync',
      'randomInt',
      'randomUUID',
      'getRandomValues',
      'webcrypto',
    ],
    message: 'Chance comes from lib/process/random.ts alone.',
  })),
  ...['node:perf_hooks', 'perf_hooks'].map((name) => ({
    name,
    message: 'Time comes from lib/process/clock.ts alone.',
  })),
];
const globalsOfTimeAndChance = [
  ...['setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
    name,
    message: 'Timers are set in lib/process/timers.ts alone.',
  })),
  { name: 'performance', message: 'Time comes from lib/process/clock.ts alone.' },
  { name: 'crypto', message: 'Chance comes from lib/process/random.ts alone.' },
];
export const callsOfTimeAndChance = [
  {
    selector: member('"AbortSignal"', '"timeout"'),
    message: 'Timers are set in lib/process/timers.ts alone: use deadline().',
  },
  {
    selector: member('"Math"', '"random"'),
    message: 'Chance comes from lib/process/random.ts alone.',
  },
  {
    selector: member('"process"', '/^(?:hrtime|uptime)$/'),
    message: 'Time comes from lib/process/clock.ts alone.',
  },
];
export const rulesOfTimeAndChance = {
  'no-restricted-globals': [
    'error',
    { globals: globalsOfTimeAndChance, checkGlobalObject: true, globalObjects: ['global'] },
  ],
};

const timeNow = (message) => [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message },
  { selector: 'CallExpression[callee.name="Date"]', message },
  { selector: member('"Date"', '"now"'), message },
];
export const onlyTheClockKnowsTime = timeNow('Time comes from lib/process/clock.ts alone.');
export const timeComesIn = timeNow('Time comes in from the context: a verb and a rule are given the time.');
export const clientsOfAws = [
  {
    selector: 'NewExpression[callee.name=/Client$/]:not(:has(CallExpression[callee.name="clientOptions"]))',
    message: 'Make a client of AWS with clientOptions(): the SDK alone waits for an answer without end.',
  },
  {
    selector: ':not(CallExpression[callee.name="withoutLogger"]) > NewExpression[callee.name=/Client$/]',
    message: 'Open a client of AWS by withoutLogger(): the SDK copies each request for a logger that nobody sets.',
  },
];
