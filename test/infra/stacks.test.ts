import { describe, expect, test } from '@jest/globals';
import { stageNames } from '../../infra/stages.ts';
import { stackName, stackOutputs, stackParts, type StackPart } from '../../lib/stacks.ts';
import { partOf, synthesize, type SynthesizedStack } from './synthesize.ts';
import { testedStages } from './tested-stages.ts';

/** CloudFormation’s own limits are 500 resources, 200 outputs and 1 MB. */
const RESOURCES = 400;
const TEMPLATE_BYTES = 800 * 1024;
const OUTPUTS = 200;

const typesIn = ({ template }: SynthesizedStack): Set<string> =>
  new Set(Object.values(template.Resources).map(({ Type }) => Type));
const textOf = (stack: SynthesizedStack): string => JSON.stringify(stack.template);

test.each([...testedStages.keys()])('every stack stays well below the limits of CloudFormation: %s', (name) => {
  const { stacks, others } = synthesize(name);
  for (const { stackName, template, whole } of [...stacks, ...others]) {
    const size = {
      stackName,
      resources: Object.keys(template.Resources).length <= RESOURCES,
      outputs: Object.keys(template.Outputs).length < OUTPUTS,
      bytes: Buffer.byteLength(JSON.stringify(whole, null, 1)) <= TEMPLATE_BYTES,
    };
    expect(size).toEqual({ stackName, resources: true, outputs: true, bytes: true });
  }
});

test('a stage may have eight stacks: the four, edge, second region, its health check, and backups', () => {
  const { stacks, others } = synthesize('prod with every stack');
  expect([...stacks, ...others].map(({ stackName }) => stackName)).toEqual(
    [...stackParts, 'edge', 'second', 'health', 'backup'].map((part) => `license-service-prod-${part}`),
  );
});

describe.each(stageNames)('stage %s', (name) => {
  const synthesized = synthesize(name);

  test('has four stacks with its name', () => {
    expect(synthesized.stacks.map((stack) => stack.stackName)).toEqual(
      stackParts.map((part) => `license-service-${name}-${part}`),
    );
  });

  test('keeps table, secrets, keys and packages only in the data stack, and nothing else there', () => {
    const lasting = ['AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret', 'AWS::KMS::Key', 'AWS::S3::Bucket'];
    expect([...typesIn(partOf(synthesized, 'data'))].sort()).toEqual(
      [
        ...lasting,
        'AWS::S3::BucketPolicy',
        ...(synthesized.stage.protect ? ['AWS::SecretsManager::ResourcePolicy'] : []),
      ].sort(),
    );
    for (const part of ['background', 'service', 'watch'] as const) {
      const kept = lasting.filter((type) => typesIn(partOf(synthesized, part)).has(type));
      // Files come in for imports and go out of exports; each is kept for a month.
      // The license of the canary can be bought again.
      const secret = synthesized.stage.emulated ? [] : ['AWS::SecretsManager::Secret'];
      expect(kept).toEqual(part === 'background' ? ['AWS::S3::Bucket'] : part === 'service' ? secret : []);
    }
  });

  test('has alarms and the dashboard only in the watch stack, and no functions there', () => {
    const watching = [...typesIn(partOf(synthesized, 'watch'))];
    expect(watching).toContain('AWS::CloudWatch::Alarm');
    expect(watching.filter((type) => /^AWS::(?:Lambda|ApiGatewayV2|DynamoDB|SQS)::/.test(type))).toEqual([]);
    const alarmsIn = (part: StackPart): unknown[] =>
      Object.values(partOf(synthesized, part).template.Resources)
        .filter(({ Type }) => Type.includes('CloudWatch'))
        .map(({ Properties }) => Properties['AlarmName']);
    for (const part of ['data', 'background'] as const) expect(alarmsIn(part)).toEqual([]);
    // CodeDeploy watches those of releases while it updates the service stack.
    for (const alarm of alarmsIn('service')) expect(alarm).toMatch(`license-service-${name}-release-`);
  });

  test('has each value that a command looks up among the outputs of the expected stack', () => {
    for (const { stack, output } of Object.values(stackOutputs))
      expect(partOf(synthesized, stack).template.Outputs).toHaveProperty(output);
  });

  test.each([
    ['data', []],
    ['background', ['data']],
    ['service', ['data', 'background']],
    ['watch', ['data', 'background', 'service']],
  ] as const)('lets the stack %s refer only to the stacks before it', (part, before) => {
    const text = textOf(partOf(synthesized, part));
    const read = stackParts.filter((other) => other !== part && text.includes(`"${stackName(name, other)}`));
    expect(read).toEqual([...before]);
  });

  test('exports and imports only values of the data stack', () => {
    for (const part of ['background', 'service', 'watch'] as const) {
      const stack = partOf(synthesized, part);
      expect(Object.values(stack.template.Outputs).filter((output) => output.Export !== undefined)).toEqual([]);
      const imports = [...textOf(stack).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, exported]) => exported);
      for (const exported of imports) expect(exported).toMatch(new RegExp(`^${stackName(name, 'data')}:`));
      expect(textOf(stack)).not.toMatch(new RegExp(`"Fn::GetStackOutput":\\{"StackName":"${stackName(name, 'data')}"`));
    }
  });
});

describe('the data stack', () => {
  const deployed = partOf(synthesize('dev'), 'data');

  test('is the same without any function, so that no change of a function affects it', () => {
    expect(synthesize('dev').dataAlone).toEqual(deployed.whole);
  });

  test('is unchanged by an update of functions, alarms and the API, which changes all other stacks', () => {
    const updated = synthesize('dev with other functions');
    expect(partOf(updated, 'data').whole).toEqual(deployed.whole);
    for (const part of ['background', 'service', 'watch'] as const)
      expect(textOf(partOf(updated, part))).not.toBe(textOf(partOf(synthesize('dev'), part)));
  });

  test('exports the table, its stream, the secrets, their keys and the buckets, and nothing else', () => {
    const exported = Object.values(deployed.template.Outputs).filter((output) => output.Export !== undefined);
    expect(exported.map(({ Value }) => JSON.stringify(Value)).sort()).toEqual(
      [
        { Ref: 'Table710B521B' },
        { 'Fn::GetAtt': ['Table710B521B', 'Arn'] },
        { 'Fn::GetAtt': ['Table710B521B', 'StreamArn'] },
        { 'Fn::GetAtt': ['DataKeySecretB119AD36', 'Id'] },
        { 'Fn::GetAtt': ['DataKey2A0DE9E6', 'Arn'] },
        { Ref: 'DataKey2A0DE9E6' },
        { 'Fn::GetAtt': ['SigningKeysSecret988BD324', 'Id'] },
        { 'Fn::GetAtt': ['SigningKeysKey792B4E75', 'Arn'] },
        { 'Fn::GetAtt': ['SigningKeysRoot20B6C070', 'Arn'] },
        { 'Fn::GetAtt': ['SigningKeysSpare71DAE4C7', 'Arn'] },
        { Ref: 'HistoriesBucketFD36B400' },
        { 'Fn::GetAtt': ['HistoriesBucketFD36B400', 'Arn'] },
        { Ref: 'PackagesBucket3210E67E' },
        { 'Fn::GetAtt': ['PackagesBucket3210E67E', 'Arn'] },
      ]
        .map((value) => JSON.stringify(value))
        .sort(),
    );
  });
});
