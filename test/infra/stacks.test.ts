import { describe, expect, test } from '@jest/globals';
import { stageNames } from '../../infra/stages.ts';
import { stackName, stackOutputs, stackParts, type StackPart } from '../../lib/stacks.ts';
import { synthesize, type Synthesized, type SynthesizedStack } from './synthesize.ts';

const RESOURCES = 400;
const TEMPLATE_BYTES = 800 * 1024;

function stackOf({ stacks }: Synthesized, part: StackPart): SynthesizedStack {
  const found = stacks.find((stack) => stack.part === part);
  if (found === undefined) throw new Error(`there is no stack ${part}`);
  return found;
}

const typesIn = ({ template }: SynthesizedStack): Set<string> =>
  new Set(Object.values(template.Resources).map(({ Type }) => Type));
const textOf = (stack: SynthesizedStack): string => JSON.stringify(stack.template);

describe.each(stageNames)('stage %s', (name) => {
  const synthesized = synthesize(name);

  test('has four stacks with its name', () => {
    expect(synthesized.stacks.map((stack) => stack.stackName)).toEqual(
      stackParts.map((part) => `license-service-${name}-${part}`),
    );
  });

  test.each(stackParts)(
    'stays well below CloudFormation’s limits of 500 resources and 1 MB in the stack %s',
    (part) => {
      const stack = stackOf(synthesized, part);
      expect(Object.keys(stack.template.Resources).length).toBeLessThanOrEqual(RESOURCES);
      expect(Object.keys(stack.template.Outputs).length).toBeLessThan(200);
      expect(Buffer.byteLength(JSON.stringify(stack.whole, null, 1))).toBeLessThanOrEqual(TEMPLATE_BYTES);
    },
  );

  test('keeps table, secrets, keys and packages only in the data stack, and nothing else there', () => {
    const lasting = ['AWS::DynamoDB::GlobalTable', 'AWS::SecretsManager::Secret', 'AWS::KMS::Key', 'AWS::S3::Bucket'];
    expect([...typesIn(stackOf(synthesized, 'data'))].sort()).toEqual(
      [
        ...lasting,
        'AWS::S3::BucketPolicy',
        ...(synthesized.stage.protect ? ['AWS::SecretsManager::ResourcePolicy'] : []),
      ].sort(),
    );
    for (const part of ['background', 'service', 'watch'] as const) {
      const kept = lasting.filter((type) => typesIn(stackOf(synthesized, part)).has(type));
      // Files come in for imports and go out of exports; each is kept for a month.
      // The license of the canary can be bought again.
      const secret = synthesized.stage.emulated ? [] : ['AWS::SecretsManager::Secret'];
      expect(kept).toEqual(part === 'background' ? ['AWS::S3::Bucket'] : part === 'service' ? secret : []);
    }
  });

  test('has alarms and the dashboard only in the watch stack, and no functions there', () => {
    const watching = [...typesIn(stackOf(synthesized, 'watch'))];
    expect(watching).toContain('AWS::CloudWatch::Alarm');
    expect(watching.filter((type) => /^AWS::(?:Lambda|ApiGatewayV2|DynamoDB|SQS)::/.test(type))).toEqual([]);
    const alarmsIn = (part: StackPart): unknown[] =>
      Object.values(stackOf(synthesized, part).template.Resources)
        .filter(({ Type }) => Type.includes('CloudWatch'))
        .map(({ Properties }) => Properties['AlarmName']);
    for (const part of ['data', 'background'] as const) expect(alarmsIn(part)).toEqual([]);
    // CodeDeploy watches those of releases while it updates the service stack.
    for (const alarm of alarmsIn('service')) expect(alarm).toMatch(`license-service-${name}-release-`);
  });

  test('has each value that a command looks up among the outputs of the expected stack', () => {
    for (const { stack, output } of Object.values(stackOutputs))
      expect(stackOf(synthesized, stack).template.Outputs).toHaveProperty(output);
  });

  test.each([
    ['data', []],
    ['background', ['data']],
    ['service', ['data', 'background']],
    ['watch', ['data', 'background', 'service']],
  ] as const)('lets the stack %s refer only to the stacks before it', (part, before) => {
    const text = textOf(stackOf(synthesized, part));
    const read = stackParts.filter((other) => other !== part && text.includes(`"${stackName(name, other)}`));
    expect(read).toEqual([...before]);
  });

  test('exports and imports only values of the data stack', () => {
    for (const part of ['background', 'service', 'watch'] as const) {
      const stack = stackOf(synthesized, part);
      expect(Object.values(stack.template.Outputs).filter((output) => output.Export !== undefined)).toEqual([]);
      const imports = [...textOf(stack).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, exported]) => exported);
      for (const exported of imports) expect(exported).toMatch(new RegExp(`^${stackName(name, 'data')}:`));
      expect(textOf(stack)).not.toMatch(new RegExp(`"Fn::GetStackOutput":\\{"StackName":"${stackName(name, 'data')}"`));
    }
  });
});

describe('the data stack', () => {
  const deployed = stackOf(synthesize('dev'), 'data');

  test('is the same without any function, so that no change of a function affects it', () => {
    expect(synthesize('dev').dataAlone).toEqual(deployed.whole);
  });

  test('is unchanged by an update of functions, alarms and the API, which changes all other stacks', () => {
    const updated = synthesize('dev with other functions');
    expect(stackOf(updated, 'data').whole).toEqual(deployed.whole);
    for (const part of ['background', 'service', 'watch'] as const)
      expect(textOf(stackOf(updated, part))).not.toBe(textOf(stackOf(synthesize('dev'), part)));
  });

  test('exports the table, its stream, the secrets, their keys and the bucket, and nothing else', () => {
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
        { Ref: 'PackagesBucket3210E67E' },
        { 'Fn::GetAtt': ['PackagesBucket3210E67E', 'Arn'] },
      ]
        .map((value) => JSON.stringify(value))
        .sort(),
    );
  });
});
