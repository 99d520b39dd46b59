import { Aws } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Stage } from './stages.ts';

/**
 * Actions that change or remove the value that functions read. IAM cannot tell whether an `UpdateSecret` changes the
 * value or the description, so it is denied whole; tags, replicas and the policy have their own actions and stay
 * allowed. `UpdateSecretVersionStage` changes the current version.
 */
export const VALUE_CHANGES = [
  'PutSecretValue',
  'UpdateSecret',
  'UpdateSecretVersionStage',
  'RotateSecret',
  'DeleteSecret',
];

/**
 * Denies a change of the data key's value to everybody but the stage's break-glass role, the deploy's own role and the
 * account's root user among them.
 */
export function onlyBreakGlassChanges({ name, breakGlassRole = breakGlassRoleOf(name) }: Stage): PolicyStatement {
  return new PolicyStatement({
    sid: 'OnlyBreakGlassChangesTheValue',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: VALUE_CHANGES.map((action) => `secretsmanager:${action}`),
    resources: ['*'],
    conditions: {
      ArnNotLike: { 'aws:PrincipalArn': `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/${breakGlassRole}` },
    },
  });
}

/** The role is the account's own to make, when it is needed: a policy may name one that is not there. */
const breakGlassRoleOf = (stage: string): string => `license-service-${stage}-break-glass`;
