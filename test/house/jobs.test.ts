import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { bus, deadLetters, jobs, QUEUE_ENDPOINT_VARIABLE, queues, routeSenders, type Job } from '../../lib/jobs.ts';
import { routes } from '../../lib/api/routes.ts';

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

  test.each(Object.keys(queues))('one function takes from %s', (queue) => {
    expect(sources.filter((source) => source.queue === queue)).toHaveLength(1);
  });

  test.each(sources)('$name may not run for longer than a message of $queue is in its hands', ({ queue, timeoutS }) => {
    expect(queues[queue].visibilityS).toBeGreaterThan(timeoutS);
  });

  test.each(sources)('no batch of $queue waits to fill: an event is not late by design', ({ queue, batch }) => {
    expect(batch.windowS).toBe(0);
    expect(queues[queue].fifo ? batch.size : 1).toBe(1);
  });

  test.each(Object.entries(queues))('%s gives up to a dead-letter queue of its own kind', (_, { fifo, ...queue }) => {
    expect(deadLetters[queue.deadLetters].fifo).toBe(fifo);
  });

  test('each dead-letter queue belongs to one source, and each has its page in the runbook', () => {
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

  test.each(Object.keys(routeSenders))('%s, which sends webhooks too, serves routes', (name) => {
    expect(routes.map((route) => route.function)).toContain(name);
  });
});

test('the table alone spells the variables of the bus and the queues', () => {
  const variables = [
    ...Object.values(bus.variables),
    QUEUE_ENDPOINT_VARIABLE,
    ...[...Object.values(queues), ...Object.values(deadLetters)].flatMap((queue) =>
      'variable' in queue ? [queue.variable] : [],
    ),
  ];
  const folders = ['lib', 'functions', 'infra', 'local', 'bin'];
  const spelled = execFileSync('grep', ['-rlE', variables.join('|'), ...folders], { encoding: 'utf8' });
  expect(spelled.trim().split('\n')).toEqual(['lib/jobs.ts']);
});
