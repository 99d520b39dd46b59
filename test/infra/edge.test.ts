import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Template } from 'aws-cdk-lib/assertions';
import { checkedStages } from '../../infra/stages.ts';
import { optionalStack, partOf, synthesize } from './synthesize.ts';
import { certificateIn, EDGE, PLACE, stageOf } from './tested-stages.ts';

const made = synthesize('prod behind an edge');
const edgeStack = optionalStack(made, 'edge');
const SECRET_2 = '{{resolve:secretsmanager:license-service-prod-origin-2:SecretString:::}}';
const SECRET_1 = SECRET_2.replace('-2:', '-1:');

type Properties = Record<string, unknown>;
const template = Template.fromJSON(edgeStack.whole);
const ofType = (type: string): Properties[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties as Properties);

describe('the edge of a stage', () => {
  const [distribution] = ofType('AWS::CloudFront::Distribution').map(
    ({ DistributionConfig }) => DistributionConfig as Properties,
  );
  const behaviors = [
    distribution?.['DefaultCacheBehavior'],
    ...(distribution?.['CacheBehaviors'] as Properties[]),
  ] as Properties[];

  test('is in us-east-1, in front of the stage’s own name, and passes cdk-nag', () => {
    expect({ region: edgeStack.region, account: edgeStack.account }).toEqual({ ...PLACE, region: 'us-east-1' });
    expect(distribution).toMatchObject({
      Aliases: ['licenses.example.com'],
      WebACLId: { 'Fn::GetAtt': [expect.stringMatching(/^Firewall/), 'Arn'] },
      Origins: [
        {
          DomainName: 'origin.licenses.example.com',
          OriginCustomHeaders: [
            { HeaderName: 'x-origin-secret', HeaderValue: SECRET_2 },
            { HeaderName: 'x-public-host', HeaderValue: 'licenses.example.com' },
          ],
        },
      ],
    });
    expect(made.nag).toEqual({ success: true, violations: [] });
  });

  test('caches nothing, on any path', () => {
    const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
    expect(behaviors.map((behavior) => behavior['CachePolicyId'])).toEqual([CACHING_DISABLED, CACHING_DISABLED]);
  });

  test('has a function before the origin of /edd/* alone, which sees the form and waits for the API', () => {
    expect(behaviors.map((behavior) => behavior['PathPattern'])).toEqual([undefined, '/edd/*']);
    const [others, edd] = behaviors.map((behavior) => behavior['LambdaFunctionAssociations'] as Properties[]);
    expect(others).toBeUndefined();
    expect(edd).toEqual([expect.objectContaining({ EventType: 'origin-request', IncludeBody: true })]);
    const [of] = ofType('AWS::Lambda::Function');
    expect(of?.['Timeout']).toBeLessThanOrEqual(30);
    expect(of).not.toHaveProperty('Environment');
    expect(of?.['Architectures']).toBeUndefined();
  });
});

test('the throttles of the function at the edge ring, as 503 of CloudFront, in its own region', () => {
  const [alarm] = ofType('AWS::CloudWatch::Alarm');
  expect(alarm).toMatchObject({
    Namespace: 'AWS/CloudFront',
    MetricName: '503ErrorRate',
    AlarmDescription: expect.stringMatching(/runbook\.md#the-edge-answers-503$/),
    AlarmActions: [{ Ref: expect.stringMatching(/^AlarmsTopic/) }],
  });
  expect(readFileSync('docs/runbook.md', 'utf8')).toContain('\n## The edge answers 503\n\nAlarm `edge-unavailable`');
  expect(ofType('AWS::CloudFront::MonitoringSubscription')).toHaveLength(1);
});

test('a stage with an edge that does not say whether it closes its origin is refused by name', () => {
  const { closesOrigin: _, ...edge } = EDGE.edge;
  expect(() => checkedStages({ prod: { ...stageOf('prod'), ...EDGE, edge } })).toThrow(
    'prod.edge.closesOrigin: must be given',
  );
});

describe('the firewall', () => {
  type Rule = { Name: string; Action?: { Block?: Properties }; OverrideAction?: Properties; Statement: Properties };
  const [acl] = ofType('AWS::WAFv2::WebACL');
  const rules = acl?.['Rules'] as Rule[];
  const blocking = rules.filter(({ Action }) => Action?.Block !== undefined);

  test('refuses clients of Easy Digital Downloads with 200 in their own form, before any rule for others', () => {
    expect(blocking.map(({ Name }) => Name)).toEqual(['rate-edd', 'rate', 'suspect-edd', 'suspect']);
    for (const { Name, Action } of blocking.filter(({ Name }) => Name.endsWith('-edd')))
      expect({ Name, response: Action?.Block?.['CustomResponse'] }).toEqual({
        Name,
        response: { ResponseCode: 200, CustomResponseBodyKey: 'edd-cannot-tell' },
      });
    const bodies = acl?.['CustomResponseBodies'] as Record<string, { Content: string }>;
    const body = JSON.parse(bodies['edd-cannot-tell']?.Content ?? '') as Properties;
    expect(body).toMatchObject({
      success: false,
      new_version: '',
      package: '',
      sections: expect.stringMatching(/^a:2:/),
    });
    expect(body).not.toHaveProperty('license');
    expect(bodies['edd-cannot-tell']?.Content.length).toBeLessThan(4_096);
  });

  test('lets each managed group only label, so that no group answers a client itself', () => {
    const groups = rules.filter(({ Statement }) => 'ManagedRuleGroupStatement' in Statement);
    expect(groups).toHaveLength(3);
    for (const { OverrideAction } of groups) expect(OverrideAction).toEqual({ Count: {} });
  });

  test('obeys no rule that refuses what callers may send', () => {
    const labels = JSON.stringify(rules.at(-1)?.Statement);
    expect(labels).toContain('core-rule-set:GenericLFI_URIPath');
    expect(labels).not.toMatch(/NoUserAgent|SizeRestrictions_Body|GenericRFI|CrossSiteScripting_Body/);
  });

  test('counts by address, and keeps no sample of a request', () => {
    expect(JSON.stringify(rules[1]?.Statement)).toContain(
      '"AggregateKeyType":"IP","EvaluationWindowSec":300,"Limit":20000',
    );
    expect(JSON.stringify(acl)).not.toContain('"SampledRequestsEnabled":true');
  });
});

describe('a stage behind an edge', () => {
  test('has no default endpoint, and names itself by the public name', () => {
    expect(made.ofType('AWS::ApiGatewayV2::Api')[0]?.Properties).toMatchObject({ DisableExecuteApiEndpoint: true });
    expect(made.outputs['ApiUrl']?.Value).toBe('https://licenses.example.com');
  });

  test('lets people who sign in come back to the public name, by which the console names itself', () => {
    const [client] = made.ofType('AWS::Cognito::UserPoolClient');
    expect(client?.Properties['CallbackURLs']).toEqual(['https://licenses.example.com/console/callback']);
  });

  test('gives every function of the API but the health checks the present secret and the one before', () => {
    const withRoutes = made.stacks.find(({ part }) => part === 'service')?.template.Resources ?? {};
    const given = Object.values(withRoutes)
      .filter(({ Type }) => Type === 'AWS::Lambda::Function')
      .map(({ Properties }) => {
        const { Variables } = Properties['Environment'] as { Variables: Record<string, string> };
        return [String(Properties['Description']).split(': ')[1], Variables['ORIGIN_SECRETS']];
      });
    expect(given.filter(([, secrets]) => secrets === undefined)).toEqual([
      ['health', undefined],
      // It has no route: it calls the service from outside.
      ['canary', undefined],
    ]);
    expect(new Set(given.map(([, secrets]) => secrets))).toEqual(new Set([`${SECRET_2},${SECRET_1}`, undefined]));
  });

  test('copies the secrets to the region of the edge', () => {
    const secrets = made.ofType('AWS::SecretsManager::Secret').map(({ Properties }) => Properties);
    const ofOrigin = secrets.filter(({ Name }) => String(Name).includes('-origin-'));
    expect(ofOrigin.map(({ Name, ReplicaRegions }) => [Name, ReplicaRegions])).toEqual([
      ['license-service-prod-origin-2', [{ Region: 'us-east-1' }]],
      ['license-service-prod-origin-1', [{ Region: 'us-east-1' }]],
    ]);
  });
});

describe('an edge that is being introduced', () => {
  const serviceOf = (name: string): Template => Template.fromJSON(partOf(synthesize(name), 'service').whole);
  const made = serviceOf('prod behind an edge that is open');
  const before = serviceOf('prod under the name of its edge');
  const namesOf = (of: Template): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(of.findResources('AWS::ApiGatewayV2::DomainName')).map(([id, { Properties }]) => [
        String((Properties as Properties)['DomainName']),
        id,
      ]),
    );

  test('leaves the API open to callers under its default endpoint and their own name', () => {
    const [api] = Object.values(made.findResources('AWS::ApiGatewayV2::Api'));
    expect(api?.['Properties']).not.toHaveProperty('DisableExecuteApiEndpoint');
    expect(Object.keys(namesOf(made))).toEqual(['licenses.example.com', 'origin.licenses.example.com']);
    const texts = Object.values(made.findResources('AWS::Lambda::Function')).map((one) => JSON.stringify(one));
    const withSecrets = texts.filter((one) => one.includes('ORIGIN_SECRETS'));
    expect(withSecrets.length).toBeGreaterThan(10);
    for (const one of withSecrets) expect(one).toContain('"ORIGIN_OPEN":"true"');
  });

  test('keeps the name that callers use, and its mapping, through that deploy', () => {
    expect(namesOf(made)).toMatchObject(namesOf(before));
    const kept = Object.keys(before.findResources('AWS::ApiGatewayV2::ApiMapping'));
    expect(kept).toHaveLength(1);
    expect(Object.keys(made.findResources('AWS::ApiGatewayV2::ApiMapping'))).toEqual(expect.arrayContaining(kept));
  });

  test('is closed by one setting, which leaves the name of the origin as it is', () => {
    const closed = serviceOf('prod behind an edge that was open');
    const { [EDGE.domain.name]: kept } = namesOf(made);
    expect(namesOf(closed)).toEqual({ [EDGE.domain.name]: kept });
    expect(JSON.stringify(closed.toJSON())).not.toContain('ORIGIN_OPEN');
  });
});

test.each<[string, Record<string, unknown>]>([
  ['edge', { edge: EDGE.edge }],
  ['edge', { ...EDGE, domain: { ...EDGE.domain, name: EDGE.edge.name } }],
  ['edge.certificateArn', { ...EDGE, edge: { ...EDGE.edge, certificateArn: certificateIn('eu-central-1') } }],
])('a faulty setting is named: %s', (path, change) => {
  const { name: _, ...dev } = stageOf('dev');
  expect(() => checkedStages({ prod: { ...dev, ...change } })).toThrow(`prod.${path}: `);
});
