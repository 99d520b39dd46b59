import * as z from 'zod';

/**
 * CloudFront and a firewall before the API. The stage's own `domain` then names the API to CloudFront alone, and the
 * name here is the public one.
 */
export const edgeSettings = z.strictObject({
  name: z
    .string()
    .regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'must be a host name such as licenses.example.com'),
  /** It is in us-east-1, whatever the region of the stage. */
  certificateArn: z
    .string()
    .regex(
      /^arn:aws[a-z-]*:acm:us-east-1:\d{12}:certificate\/[\w-]+$/,
      'must be the ARN of a certificate in ACM in us-east-1',
    ),
  /**
   * Refuses calls that did not come through the edge. Off while the edge is introduced: the API then answers callers
   * directly too, until their DNS leads to the edge. It has no default, so that no deploy opens or closes an API
   * unseen.
   */
  closesOrigin: z.boolean({
    error: 'must be given: false lets callers past the firewall while the edge is introduced, true refuses them',
  }),
  /** The certificate of `name` in the stage's own region, for the API itself while the origin is not closed. */
  openUnder: z
    .string()
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, 'must be the ARN of a certificate in ACM')
    .optional(),
  /** The calls of one address above which the firewall refuses. Many sites may share the address of their host. */
  requestsPerFiveMinutes: z.int().min(100).max(2_000_000_000).default(20_000),
  /** One more makes a new origin secret at the next deploy; the one before is accepted until the deploy after it. */
  secretGeneration: z.int().min(1).default(1),
});
export type EdgeSettings = z.output<typeof edgeSettings>;
