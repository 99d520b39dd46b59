import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { deadLetters } from '../../lib/dead-letters.ts';
import { bus, jobs, QUEUE_ENDPOINT_VARIABLE, queues, routeSenders, type Job } from '../../lib/jobs.ts';
import { watchers } from '../../infra/watchers.ts';
import { consoleRoutes } from '../../lib/api/console.ts';
import { routes } from '../../lib/api/routes.ts';

/** The gateway calls the one for paths that no route has, and CloudFront the other for clients that are too old. */
const IN_NO_TABLE = ['not-found', 'edd-at-edge'];

const all = Object.entries<Job>(jobs);
const sources = all.flatMap(([name, { timeoutS, queues: of = [] }]) =>
  of.map((source) => ({ name, timeoutS, ...source })),
);

describe('the job table', () => {
  test.each(all)('%s is a function that no route calls', (name) => {
    expect(existsSync(`functions/${name}.ts`)).toBe(true);
    expect(routes.map((route) => route.function)).not.toContain(name);
  });

  test.each(all)('%s is called by a stream, by queues or by a schedule', (_, { stream, queues: of, schedule }) => {
    expect([stream, of, schedule].filter((source) => source !== undefined)).toHaveLength(1);
  });

  test.each(Object.keys(queues))('exactly one function consumes %s', (queue) => {
    expect(sources.filter((source) => source.queue === queue)).toHaveLength(1);
  });

  test.each(sources)('$name times out before its message of $queue becomes visible again', ({ queue, timeoutS }) => {
    expect(queues[queue].visibilityS).toBeGreaterThan(timeoutS);
  });

  test.each(sources)('$queue has no batching window, and batches of one message if it is FIFO', ({ queue, batch }) => {
    expect(batch.windowS).toBe(0);
    expect(queues[queue].fifo ? batch.size : 1).toBe(1);
  });

  test.each(Object.entries(queues))(
    '%s has a dead-letter queue of its own kind, FIFO or standard',
    (_, { fifo, ...queue }) => {
      expect(deadLetters[queue.deadLetters].fifo).toBe(fifo);
    },
  );

  test('each dead-letter queue belongs to one source and has a section in the runbook', () => {
    const owners = [
      ...Object.values(queues).map((queue) => queue.deadLetters),
      ...all.flatMap(([, { stream, schedule }]) => [stream, schedule].flatMap((source) => source?.deadLetters ?? [])),
    ];
    expect(owners.sort()).toEqual(Object.keys(deadLetters).sort());
    const anchors = readFileSync('docs/runbook.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('## '))
      .map((line) => line.slice(3).toLowerCase().replaceAll(' ', '-'));
    for (const { page } of Object.values(deadLetters)) expect(anchors).toContain(page);
  });

  test.each(all.flatMap(([name, { schedule, timeoutS }]) => (schedule ? [{ name, schedule, timeoutS }] : [])))(
    'a run of $name ends before the next begins',
    ({ schedule, timeoutS }) => {
      expect(timeoutS).toBeLessThan(schedule.everyS);
    },
  );

  test.each(Object.keys(routeSenders))('%s, which sends webhooks outside the jobs, serves routes', (name) => {
    expect([...routes, ...consoleRoutes].map((route) => route.function)).toContain(name);
  });
});

test('every function is in the route table or the job table, or has a reason to be in neither', () => {
  const served = [...routes, ...consoleRoutes].map((route) => route.function);
  const listed = new Set<string>([...served, ...Object.keys(jobs), ...Object.keys(watchers), ...IN_NO_TABLE]);
  const functions = readdirSync('functions').map((file) => file.replace(/\.ts$/, ''));
  expect(functions.filter((name) => !listed.has(name))).toEqual([]);
  expect([...listed].filter((name) => !functions.includes(name))).toEqual([]);
});

test.each(Object.entries(watchers))('a run of the %s ends before the next begins', (_, { timeoutS, schedule }) => {
  expect(timeoutS).toBeLessThan(schedule.everyS);
});

test('only the job table contains the variable names of the bus and the queues', () => {
  const variables = [
    ...Object.values(bus.variables),
    QUEUE_ENDPOINT_VARIABLE,
    ...[...Object.values(queues), ...Object.values(deadLetters)].flatMap((queue) =>
      'variable' in queue ? [queue.variable] : [],
    ),
  ];
  const folders = ['lib', 'functions', 'infra', 'local', 'bin'];
  const spelled = execFileSync('grep', ['-rlE', variables.join('|'), ...folders], { encoding: 'utf8' });
  expect(spelled.trim().split('\n').sort()).toEqual(['lib/dead-letters.ts', 'lib/jobs.ts']);
});
