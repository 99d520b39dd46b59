import { serveStream } from '../lib/relay/open-relay.ts';
import { openRuntime } from '../lib/runtime.ts';

export const handler = serveStream(openRuntime);
