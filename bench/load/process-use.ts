import { readdirSync, readFileSync } from 'node:fs';

/** The use of a process so far, as `/proc` tells (Linux). */
export type ProcessUse = { cpuMs: number; memoryMb: number; handles: number };

const TICKS_A_SECOND = 100;

export function readProcessUse(pid: number): ProcessUse {
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
