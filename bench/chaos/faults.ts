import { setTimeout as pause } from 'node:timers/promises';
import type { Engine } from '../../local/engine.ts';
import { startLocalService, stopLocalService, type LocalService } from '../local-service.ts';
import type { Chance } from './chance.ts';

/** The service under chaos, which is replaced when it is killed, and its engine, which is not. */
export type Victim = { service: LocalService; engine: Engine; port: number };

type Fault = (victim: Victim, chance: Chance) => Promise<void>;

const between = (chance: Chance, least: number, most: number): number => least + chance.below(most - least);

async function setFault({ service }: Victim, query: string): Promise<void> {
  await fetch(`${service.baseUrl}/__local/fault?${query}`, { method: 'POST' });
}

const forAWhile =
  (what: string, mode: string): Fault =>
  async (victim, chance) => {
    await setFault(victim, `what=${what}&mode=${mode}&ms=${between(chance, 50, 1_000)}`);
    await pause(between(chance, 300, 3_000));
    await setFault(victim, `what=${what}&mode=off`);
  };

/** Every fault, by the name that the report gives it. */
export const faults: Readonly<Record<string, Fault>> = {
  'engine frozen': async ({ engine }, chance) => {
    process.kill(engine.pid, 'SIGSTOP');
    await pause(between(chance, 200, 3_000));
    process.kill(engine.pid, 'SIGCONT');
  },
  'service killed': async (victim, chance) => {
    const { service, engine, port } = victim;
    await stopLocalService(service, 'SIGKILL');
    await pause(between(chance, 100, 1_000));
    victim.service = await startLocalService(service.localDir, port, engine.endpoint);
  },
  'table away': forAWhile('table', 'away'),
  'table slow': forAWhile('table', 'slow'),
  'data key away': forAWhile('secret', 'away'),
  'bus away': forAWhile('bus', 'away'),
};
