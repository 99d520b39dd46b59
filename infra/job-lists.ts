import { jobs, queues, type Job, type JobName, type JobSchedule, type QueueName } from '../lib/jobs.ts';

/** The entries of a record, with their names typed. */
export const listEntries = <K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] =>
  Object.entries(record) as [K, V][];

/** A record with the same names. */
export const mapRecord = <K extends string, V, T>(
  record: Readonly<Record<K, V>>,
  map: (name: K, value: V) => T,
): Record<K, T> =>
  Object.fromEntries(listEntries(record).map(([name, value]) => [name, map(name, value)])) as Record<K, T>;

/** The jobs that are called by a schedule. */
export const scheduled = listEntries<JobName, Job>(jobs).flatMap(
  ([name, { schedule }]): { name: JobName; schedule: JobSchedule }[] =>
    schedule === undefined ? [] : [{ name, schedule }],
);

/** The queues whose oldest message is watched. */
export const waitWatched = listEntries(queues).flatMap(([name, { alarmsWhenWaiting }]): QueueName[] =>
  alarmsWhenWaiting ? [name] : [],
);
