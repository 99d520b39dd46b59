import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { gatewayRoutes, routeKey } from '../../lib/api/route.ts';
import { consoleRoutes } from '../../lib/api/console.ts';
import { routes } from '../../lib/api/routes.ts';
import { stageNames } from '../../infra/stages.ts';
import { functionNamed, synthesize, textOf, type Resource } from './synthesize.ts';
import { stageOf } from './tested-stages.ts';

const dev = synthesize('dev');
const byId = new Map(dev.resources.map((resource) => [resource.logicalId, resource]));
const logicalIdIn = (text: string): string => /\$\{(\w+)/.exec(text)?.[1] ?? '';

function integrationOf(key: string): Resource | undefined {
  const route = dev.ofType('AWS::ApiGatewayV2::Route').find(({ Properties }) => Properties['RouteKey'] === key);
  return route && byId.get(logicalIdIn(textOf(route.Properties['Target'])));
}

/** The function behind a reference to it or to its alias. */
function functionIn(reference: unknown): string {
  const id = logicalIdIn(textOf(reference));
  const { Type, Properties } = byId.get(id) ?? {};
  return Type === 'AWS::Lambda::Alias' ? logicalIdIn(textOf(Properties?.['FunctionName'])) : id;
}

const calledBy = (key: string): string => functionIn(integrationOf(key)?.Properties['IntegrationUri']);

/** True if the permissions of the function let the API call it for this key, by the rules of ArnLike. */
function mayCall(functionId: string, key: string): boolean {
  const method = `$default/${key.replace(' ', '')}`.replaceAll(/\{\w+\+?\}/g, '*');
  return dev
    .ofType('AWS::Lambda::Permission')
    .filter(({ Properties }) => functionIn(Properties['FunctionName']) === functionId)
    .map(({ Properties }) => textOf(Properties['SourceArn']).split(/:\$\{\w*HttpApi\w*\}\//)[1] ?? 'nothing')
    .some((pattern) => new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(method));
}

const keys = [...gatewayRoutes(routes), ...consoleRoutes];

/** Clients of Easy Digital Downloads add a slash to their address. */
const BELOW_EDD = 'ANY /edd/{proxy+}';

/** The requests that sites send without a license key of ours. */
const OF_SITES = ['edd', 'updates', 'composer', 'downloads', 'key-set'];

describe('the API', () => {
  test.each(keys.map((route) => [routeKey(route), route.function]))('sends %s to the function %s', (key, name) => {
    expect(calledBy(key)).toBe(functionNamed(dev, name).logicalId);
  });

  test('sends unknown paths to the function not-found', () => {
    expect(calledBy('$default')).toBe(functionNamed(dev, 'not-found').logicalId);
  });

  test('has exactly the routes of the route table and the pages of the console', () => {
    const deployed = dev.ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties['RouteKey']);
    expect(deployed.sort()).toEqual([...keys.map(routeKey), BELOW_EDD, '$default'].sort());
  });

  test('accepts HEAD on every path that accepts GET, with at most five additional route keys', () => {
    const reached = new Set(keys.map(routeKey));
    for (const { method, path } of routes.filter(({ method }) => method === 'GET'))
      expect({ method, path, head: reached.has(`ANY ${path}`) || reached.has(`HEAD ${path}`) }).toEqual({
        method,
        path,
        head: true,
      });
    expect(keys.length).toBeLessThanOrEqual(routes.length + 5);
  });

  test.each([
    ...keys.map((route) => [routeKey(route), route.function]),
    [BELOW_EDD, 'not-found'],
    ['$default', 'not-found'],
  ])('may call the function of %s', (key = '', name = '') => {
    expect(mayCall(functionNamed(dev, name).logicalId, key)).toBe(true);
  });

  test('uses payload format 2.0, with one integration per function', () => {
    const integrations = dev.ofType('AWS::ApiGatewayV2::Integration');
    const uris = integrations.map(({ Properties }) => textOf(Properties['IntegrationUri']));
    expect(new Set(uris).size).toBe(integrations.length);
    expect(integrations).toHaveLength(new Set(keys.map((route) => route.function)).size + 1);
    expect(new Set(integrations.map(({ Properties }) => Properties['PayloadFormatVersion']))).toEqual(new Set(['2.0']));
  });

  test.each(stageNames)('is throttled by the settings of stage %s', (name) => {
    const { stage, ofType } = synthesize(name);
    const [apiStage] = ofType('AWS::ApiGatewayV2::Stage');
    expect(apiStage?.Properties['DefaultRouteSettings']).toEqual({
      ThrottlingRateLimit: stage.throttle.requestsPerSecond,
      ThrottlingBurstLimit: stage.throttle.burst,
      DetailedMetricsEnabled: stage.routeMetrics,
    });
  });

  test.each(stageNames)('gives each route of stage %s that needs no license key a rate of its own', (name) => {
    const { stage, ofType } = synthesize(name);
    const [apiStage] = ofType('AWS::ApiGatewayV2::Stage');
    const settings = apiStage?.Properties['RouteSettings'] as Record<string, { ThrottlingRateLimit: number }>;
    const whole = stage.throttle.requestsPerSecond;
    const most = 0.6 * whole;
    const rates = { none: 50, brand: 200, platform: 50 };
    const expected: Record<string, number> = Object.fromEntries<number>([
      ['$default', Math.min(most, 100)],
      [BELOW_EDD, Math.min(most, 3_000)],
      ...keys.flatMap((route): [string, number][] => {
        if (route.auth === 'license_key') return [];
        const ofOpen = OF_SITES.includes(route.function) ? 3_000 : rates[route.auth];
        return [[routeKey(route), Math.min(most, route.path === '/oauth/token' ? 20 : ofOpen)] as const];
      }),
    ]);
    const given = Object.entries(settings).map(([key, { ThrottlingRateLimit }]) => [key, ThrottlingRateLimit]);
    expect(Object.fromEntries(given)).toEqual(expected);
    // A flood on any one of them, on unknown paths too, leaves checks two fifths of what the API takes.
    for (const { ThrottlingRateLimit } of Object.values(settings))
      expect(ThrottlingRateLimit).toBeLessThanOrEqual(0.6 * whole);
    for (const one of Object.values(settings))
      expect(one).toMatchObject({ DetailedMetricsEnabled: stage.routeMetrics });
  });

  test('tells shops on Easy Digital Downloads the rate that their address has by default', () => {
    const rate = stageOf('prod').routeThrottle.sites.requestsPerSecond.toLocaleString('en-US');
    expect(readFileSync('docs/for-shops-on-edd.md', 'utf8')).toContain(
      `\`routeThrottle.sites\`: ${rate} requests a second`,
    );
  });

  test('is deployed with its routes before its stage, whose settings name them', () => {
    const whole = dev.stacks.find(({ part }) => part === 'service')?.whole;
    const template = whole as { Resources: Record<string, { Type: string; DependsOn?: string[] }> };
    const stage = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::ApiGatewayV2::Stage');
    const routeIds = dev.ofType('AWS::ApiGatewayV2::Route').map(({ logicalId }) => logicalId);
    expect(routeIds).not.toHaveLength(0);
    expect(stage?.DependsOn?.filter((id) => routeIds.includes(id)).sort()).toEqual(routeIds.sort());
  });

  test('knows a route by its method and path, whatever its operation is called', () => {
    const ids = dev.ofType('AWS::ApiGatewayV2::Route').map(({ logicalId }) => logicalId);
    expect(ids.filter((id) => id.startsWith('ApiANYapiv1productlicensescheck'))).toHaveLength(1);
  });

  test('logs each request as JSON without path, query or headers, which may contain a license key', () => {
    const [apiStage] = dev.ofType('AWS::ApiGatewayV2::Stage');
    const settings = apiStage?.Properties['AccessLogSettings'] as { Format: string };
    const fields = Object.values(JSON.parse(settings.Format) as Record<string, string>);
    expect(fields).toContain('$context.routeKey');
    for (const field of fields) expect(field).not.toMatch(/path|query|header|authorizer/i);
  });
});
