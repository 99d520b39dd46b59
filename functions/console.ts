import { buildConsole } from '../lib/console/app.ts';
import { openConsoleParts } from '../lib/console/parts-of-container.ts';
import { serveConsole } from '../lib/console/gateway.ts';

export const handler = serveConsole(buildConsole(openConsoleParts));
