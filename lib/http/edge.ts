import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { hasEdge } from '../process/config.ts';
import type { Result } from './respond.ts';

/**
 * The answer to a call that went past the edge of a stage that has one. A call that came through it is changed to what
 * the caller sent to the edge. Only such stages load the code for it.
 */
export async function refusePastEdge(event: APIGatewayProxyEventV2): Promise<Result | undefined> {
  if (!hasEdge()) return undefined;
  const { comesThroughEdge, NOT_OPEN } = await import('./through-edge.ts');
  return comesThroughEdge(event) ? undefined : NOT_OPEN;
}
