import { readConsoleConfig } from '../process/config.ts';
import { openRuntime } from '../runtime.ts';
import type { ConsoleParts } from './app.ts';
import { openProvider } from './provider.ts';

/** The container of the console: that of every function, and the identity provider of the stage. */
export function openConsoleParts(): ConsoleParts {
  const config = readConsoleConfig();
  return { runtime: openRuntime(), settings: config && { config, provider: openProvider(config) } };
}
