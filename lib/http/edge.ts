import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { hasEdge } from '../process/config.ts';
import type { Result } from './respond.ts';

/**
 * The answer to a call that went past the edge of a stage whose origin is closed. A call that came through it is
 * changed to what the caller sent to the edge. Only stages with an edge load the code for it.
 */
export async function refusePastEdge(event: APIGatewayProxyEventV2): Promise<Result | undefined> {
  if (!hasEdge()) return undefined;
  return (await import('./through-edge.ts')).refuseDirectCall(event);
}
