import { describe, expect, test } from '@jest/globals';
import { functionNamed, synthesize, textOf, type Synthesized } from './synthesize.ts';
import { CLIENT_SECRET_ARN } from './tested-stages.ts';

const variablesOf = (synthesized: Synthesized): Record<string, unknown> =>
  (functionNamed(synthesized, 'console').Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;

describe('the function of the console', () => {
  test('knows no identity provider in a stage whose settings name none', () => {
    expect(Object.keys(variablesOf(synthesize('dev'))).filter((name) => name.startsWith('CONSOLE_'))).toEqual([]);
  });

  test('gets the provider, the client and the groups of its stage, and no other function does', () => {
    const made = synthesize('dev with an identity provider');
    expect(variablesOf(made)).toMatchObject({
      CONSOLE_ISSUER: 'https://id.example.com',
      CONSOLE_CLIENT_ID: 'console',
      CONSOLE_GROUPS_CLAIM: 'groups',
      CONSOLE_SUPPORT_GROUP: 'support-{brand}',
      CONSOLE_BRAND_ADMIN_GROUP: 'admins-{brand}',
      CONSOLE_PLATFORM_GROUP: 'platform',
    });
    const knowing = made
      .ofType('AWS::Lambda::Function')
      .filter(({ Properties }) => JSON.stringify(Properties['Environment']).includes('CONSOLE_'));
    expect(knowing).toHaveLength(1);
    expect(made.ofType('AWS::Cognito::UserPool')).toEqual([]);
  });

  test('may read the secret of its client, where the provider wants one, and no other secret but the data key', () => {
    const made = synthesize('dev with a secret of the console');
    expect(variablesOf(made)).toMatchObject({ CONSOLE_CLIENT_SECRET_ARN: CLIENT_SECRET_ARN });
    const policies = made
      .ofType('AWS::IAM::Policy')
      .filter(({ Properties }) => JSON.stringify(Properties).includes(CLIENT_SECRET_ARN));
    expect(policies.map(({ logicalId }) => logicalId)).toEqual([expect.stringMatching(/^Console/)]);
  });

  test('has a user pool where the stage names no provider: nobody signs up, and people come back to the stage', () => {
    const made = synthesize('prod with a user pool');
    const [pool] = made.ofType('AWS::Cognito::UserPool');
    expect(pool?.Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
      DeletionProtection: 'ACTIVE',
    });
    const [client] = made.ofType('AWS::Cognito::UserPoolClient');
    expect(client?.Properties).toMatchObject({
      AllowedOAuthFlows: ['code'],
      CallbackURLs: ['https://licenses.example.com/console/callback'],
    });
    expect(textOf(variablesOf(made)['CONSOLE_ISSUER'])).toMatch(/^https:\/\/cognito-idp\./);
    expect(variablesOf(made)['CONSOLE_GROUPS_CLAIM']).toBe('cognito:groups');
  });

  test('passes cdk-nag with a user pool', () => {
    expect(synthesize('prod with a user pool').nag).toEqual({ success: true, violations: [] });
  });
});
