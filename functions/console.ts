import { handle } from 'hono/aws-lambda';
import { buildConsole } from '../lib/console/app.ts';
import { openConsoleParts } from '../lib/console/parts-of-container.ts';

export const handler = handle(buildConsole(openConsoleParts));
