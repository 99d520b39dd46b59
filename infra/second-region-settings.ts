import * as z from 'zod';

const certificateArn = z
  .string()
  .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, 'must be the ARN of a certificate in ACM');

/** The stream of a table, or of its replica in another region. */
export const streamArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:dynamodb:[a-z0-9-]+:\d{12}:table\/[\w.-]{3,255}\/stream\/[\w:.-]+$/,
    'must be the ARN of a table’s stream',
  );

/** A region that answers checks and reads from a replica of the table while the stage's own is down. */
export const secondRegionSettings = z.strictObject({
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'must be a region such as eu-west-1'),
  /** The certificate of the stage's `domain` in the second region. */
  certificateArn,
  /** The zone of Route 53 with the records of `domain` and of `firstRegionName`. */
  hostedZoneId: z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone'),
  /** A name that always leads to the first region: health checks ask it. The certificate is in that region. */
  firstRegionName: z.strictObject({
    name: z.string().regex(/^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'must be a host name'),
    certificateArn,
  }),
  /**
   * Encrypts the copies of the secrets by copies of their keys, which the second region's stack makes: set it once that
   * stack is deployed. Until then AWS's own key encrypts them.
   */
  keysCopied: z.boolean().default(false),
  /**
   * Copies archived histories into the bucket that the second region's stack makes: set it once that stack is deployed.
   * Until then reads of them answer 503 there.
   */
  historiesCopied: z.boolean().default(false),
  /**
   * The second region writes, by the stream of its replica and by what it kept of the first region. Set only while the
   * first one is fenced: `npm run admin -- failover mend` prints it (docs/recovery.md).
   */
  writes: z.strictObject({ streamArn, first: z.record(z.string(), z.string().min(1)) }).optional(),
});
export type SecondRegion = z.output<typeof secondRegionSettings>;

type Stage = { account?: unknown; region?: unknown; domain?: unknown; secondRegion?: SecondRegion | undefined };

/** A replica is made from one named region to another, and Route 53 switches a name of the stage's own. */
export const fitsSecondRegion = ({ account, region, domain, secondRegion }: Stage): boolean =>
  secondRegion === undefined ||
  (account !== undefined && region !== undefined && region !== secondRegion.region && domain !== undefined);
