import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** The use of a process so far: as `/proc` tells (Linux), and the memory that is left once garbage was collected. */
export type ProcessUse = { cpuMs: number; memoryMb: number; usedMb: number; handles: number };

const TICKS_A_SECOND = 100;

const READINGS = 5;
const PAUSE_MS = 500;
const BYTES_A_MB = 1024 * 1024;

/** The use of a service that is idle. Of its memory the least of several readings counts. */
export async function readIdleUse(pid: number, baseUrl: string): Promise<ProcessUse> {
  const readings: number[] = [];
  for (let reading = 0; reading < READINGS; reading += 1) {
    await pause(PAUSE_MS);
    const text = await (await fetch(`${baseUrl}/__local/metrics?collect`)).text();
    readings.push(Number(/^license_service_memory_bytes (\S+)$/m.exec(text)?.[1]) / BYTES_A_MB);
  }
  return { ...readProcessUse(pid), usedMb: Math.round(Math.min(...readings) * 10) / 10 };
}

export function readProcessUse(pid: number): Omit<ProcessUse, 'usedMb'> {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const numbers = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = (numbers[11] ?? 0) + (numbers[12] ?? 0);
  const resident = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpuMs: (ticks * 1000) / TICKS_A_SECOND,
    memoryMb: Math.round(Number(resident) / 1024),
    handles: readdirSync(`/proc/${pid}/fd`).length,
  };
}
