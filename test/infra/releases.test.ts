import { describe, expect, test } from '@jest/globals';
import { stageNames } from '../../infra/stages.ts';
import { functionNamed, synthesize, textOf, type Resource, type Synthesized } from './synthesize.ts';
import { stageOf } from './tested-stages.ts';

const SLOWLY = ['check-license', 'activate-license', 'deactivate-license'];
const prod = synthesize('prod');

function aliasOf({ ofType }: Synthesized, functionId: string): Resource {
  const found = ofType('AWS::Lambda::Alias').find(
    ({ Properties }) => textOf(Properties['FunctionName']) === `\${${functionId}}`,
  );
  if (found === undefined) throw new Error(`${functionId} has no alias`);
  return found;
}
const alias = (name: string): Resource => aliasOf(prod, functionNamed(prod, name).logicalId);
const whole = prod.stacks.find(({ part }) => part === 'service')?.whole as {
  Resources: Record<string, { UpdatePolicy?: Record<string, Record<string, unknown>> }>;
};

describe('the canary of a release', () => {
  test('exists for check, activation and deactivation, and for no other function', () => {
    const ids = SLOWLY.map((name) => `\${${functionNamed(prod, name).logicalId}}`);
    const aliases = prod.ofType('AWS::Lambda::Alias');
    expect(aliases.map(({ Properties }) => textOf(Properties['FunctionName'])).sort()).toEqual(ids.sort());
  });

  test.each(SLOWLY)('serves %s by its alias, never by its newest code', (name) => {
    const uris = prod.ofType('AWS::ApiGatewayV2::Integration').map(({ Properties }) => Properties['IntegrationUri']);
    const texts = uris.map(textOf);
    expect(texts).toContain(`\${${alias(name).logicalId}}`);
    expect(texts.join(' ')).not.toContain(`{${functionNamed(prod, name).logicalId}.`);
  });

  test.each(SLOWLY)('moves the alias of %s by CodeDeploy, and back when it fails', (name) => {
    const policy = whole.Resources[alias(name).logicalId]?.UpdatePolicy?.['CodeDeployLambdaAliasUpdate'];
    const group = prod
      .ofType('AWS::CodeDeploy::DeploymentGroup')
      .find(({ logicalId }) => JSON.stringify(policy?.['DeploymentGroupName']) === JSON.stringify({ Ref: logicalId }));
    const alarms = group?.Properties['AlarmConfiguration'] as { Alarms: { Name: { Ref: string } }[]; Enabled: boolean };
    const names = alarms.Alarms.map(
      ({ Name }) => prod.resources.find(({ logicalId }) => logicalId === Name.Ref)?.Properties['AlarmName'],
    );
    expect(names).toEqual([name, `${name}-answers`, 'api'].map((alarm) => `license-service-prod-release-${alarm}`));
    expect(group?.Properties).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      DeploymentStyle: { DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: expect.arrayContaining(['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM']),
      },
    });
  });

  test.each(SLOWLY)('counts the errors of the new version of %s alone', (name) => {
    const alarm = prod
      .ofType('AWS::CloudWatch::Alarm')
      .find(({ Properties }) => Properties['AlarmName'] === `license-service-prod-release-${name}`);
    const version = (alias(name).Properties['FunctionVersion'] as { 'Fn::GetAtt': unknown })['Fn::GetAtt'];
    expect(alarm?.Properties).toMatchObject({ MetricName: 'Errors', Period: 60, Threshold: 1, EvaluationPeriods: 1 });
    expect(alarm?.Properties['Dimensions']).toContainEqual({
      Name: 'ExecutedVersion',
      Value: { 'Fn::GetAtt': version },
    });
  });

  test.each(SLOWLY)('sees a 5xx that the new version of %s answers itself, however few calls it gets', (name) => {
    const alarm = prod
      .ofType('AWS::CloudWatch::Alarm')
      .find(({ Properties }) => Properties['AlarmName'] === `license-service-prod-release-${name}-answers`);
    const version = (alias(name).Properties['FunctionVersion'] as { 'Fn::GetAtt': unknown })['Fn::GetAtt'];
    const metricName = `answered_5xx.prod.${name}`;
    expect(alarm?.Properties).toMatchObject({
      MetricName: metricName,
      Namespace: 'LicenseService',
      Period: 60,
      Threshold: 1,
      Dimensions: [{ Name: 'version', Value: { 'Fn::GetAtt': version } }],
    });
    const filter = prod
      .ofType('AWS::Logs::MetricFilter')
      .find(({ Properties }) => JSON.stringify(Properties['MetricTransformations']).includes(metricName));
    const { LoggingConfig } = functionNamed(prod, name).Properties as { LoggingConfig: { LogGroup: unknown } };
    expect(filter?.Properties).toMatchObject({
      LogGroupName: LoggingConfig.LogGroup,
      FilterPattern: '{ ($.event = "call.answered") && ($.status >= 500) && ($.code != "busy") }',
      MetricTransformations: [{ MetricValue: '1', Dimensions: [{ Key: 'version', Value: '$.version' }] }],
    });
  });

  test('keeps every version, so that an alias can go back to one', () => {
    const versions = prod.ofType('AWS::Lambda::Version');
    expect(versions.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(SLOWLY.map(() => 'Retain'));
  });

  test('is skipped in a stage without calls, and left out where an emulator cannot do it', () => {
    for (const name of stageNames) {
      const { ofType, stage } = synthesize(name);
      const configs = ofType('AWS::CodeDeploy::DeploymentGroup').map(
        ({ Properties }) => Properties['DeploymentConfigName'],
      );
      const expected = { canary: 'LambdaCanary10Percent5Minutes', at_once: 'LambdaAllAtOnce' }[stage.releases];
      expect(configs).toEqual(stage.emulated ? [] : SLOWLY.map(() => `CodeDeployDefault.${expected}`));
    }
    expect(stageOf('dev').releases).toBe('at_once');
  });
});
