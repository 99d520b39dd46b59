import { Aws, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Mfa, OAuthScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CONSOLE_FILES } from '../lib/api/console.ts';
import { DEADLINE_MS } from '../lib/api/route.ts';
import type { DataKey } from './secrets.ts';
import { ServiceFunction } from './service-function.ts';
import type { Stage } from './stages.ts';
import type { UsedTable } from './table.ts';

/** Time to answer after the deadline, and for a first call's start. */
const SLACK_MS = 2_000;

export type ConsoleProps = { stage: Stage; table: UsedTable; dataKey: DataKey };

/** The function of the console's pages. In a stage without settings for the console it answers that there is none. */
export class ConsoleFunction extends ServiceFunction {
  constructor(scope: Construct, id: string, { stage, table, dataKey }: ConsoleProps) {
    super(scope, id, {
      name: 'console',
      stage,
      table,
      memoryMb: stage.memoryMb.brand,
      timeoutMs: DEADLINE_MS.brand + SLACK_MS,
      files: CONSOLE_FILES,
      environment: environmentFor(scope, stage),
    });
    dataKey.grantRead(this.function);
    const secretArn = stage.console?.clientSecretArn;
    if (secretArn !== undefined) Secret.fromSecretCompleteArn(this, 'ClientSecret', secretArn).grantRead(this.function);
  }
}

function environmentFor(scope: Construct, stage: Stage): Record<string, string> {
  const { console } = stage;
  if (console === undefined) return {};
  const { issuer, clientId, clientSecretArn, groupsClaim, supportGroup, brandAdminGroup, platformGroup } = console;
  const provider =
    issuer === undefined || clientId === undefined
      ? new ConsoleUsers(scope, 'ConsoleUsers', stage).provider
      : { CONSOLE_ISSUER: issuer, CONSOLE_CLIENT_ID: clientId, CONSOLE_GROUPS_CLAIM: groupsClaim };
  return {
    ...provider,
    ...(clientSecretArn === undefined ? {} : { CONSOLE_CLIENT_SECRET_ARN: clientSecretArn }),
    CONSOLE_SUPPORT_GROUP: supportGroup,
    CONSOLE_BRAND_ADMIN_GROUP: brandAdminGroup,
    CONSOLE_PLATFORM_GROUP: platformGroup,
  };
}

/** A user pool of the stage's own. Nobody signs up: the platform team adds people and their groups. */
class ConsoleUsers extends Construct {
  readonly provider: Record<'CONSOLE_ISSUER' | 'CONSOLE_CLIENT_ID' | 'CONSOLE_GROUPS_CLAIM', string>;

  constructor(scope: Construct, id: string, stage: Stage) {
    super(scope, id);
    const pool = new UserPool(this, 'Pool', {
      userPoolName: `license-service-${stage.name}-console`,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireSymbols: true,
        requireUppercase: true,
      },
      deletionProtection: stage.keepsData,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(pool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason: 'The plus plan is paid: a stage that wants threat protection names an identity provider that has it.',
    });
    pool.addDomain('Domain', { cognitoDomain: { domainPrefix: `license-service-${stage.name}-${Aws.ACCOUNT_ID}` } });
    const client = pool.addClient('Client', {
      generateSecret: false,
      preventUserExistenceErrors: true,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.PROFILE, OAuthScope.EMAIL],
        // Behind the edge, people come by its name and not by that of the stage's own domain.
        callbackUrls: [`https://${stage.edge?.name ?? stage.domain?.name ?? ''}/console/callback`],
      },
    });
    this.provider = {
      CONSOLE_ISSUER: `https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}/${pool.userPoolId}`,
      CONSOLE_CLIENT_ID: client.userPoolClientId,
      CONSOLE_GROUPS_CLAIM: 'cognito:groups',
    };
  }
}
