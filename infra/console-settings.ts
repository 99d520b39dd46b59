import * as z from 'zod';

/** The identity provider by which people sign in to the console, and the names of its groups. */
export const consoleSettings = z
  .strictObject({
    /** The issuer of any OpenID Connect provider. Left out, the stack makes a user pool of Cognito. */
    issuer: z.url({ protocol: /^https$/ }).optional(),
    /** A client; PKCE protects its codes. Left out with `issuer`. */
    clientId: z.string().min(1).max(255).optional(),
    /** The secret of the client, in Secrets Manager of the stage’s account, where the provider wants one. */
    clientSecretArn: z
      .string()
      .regex(/^arn:aws[\w-]*:secretsmanager:/)
      .optional(),
    /** The claim of an ID token that lists a person's groups. */
    groupsClaim: z.string().min(1).default('groups'),
    /** `{brand}` stands for the slug of a brand. */
    supportGroup: z.string().includes('{brand}').default('license-support-{brand}'),
    brandAdminGroup: z.string().includes('{brand}').default('license-admins-{brand}'),
    platformGroup: z.string().min(1).default('license-platform'),
  })
  .refine(({ issuer, clientId }) => (issuer === undefined) === (clientId === undefined), {
    message: 'needs both issuer and clientId, or neither',
  });
