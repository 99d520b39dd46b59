import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  ApiMapping,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  type CorsPreflightOptions,
  type HttpRouteIntegration,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { GatewayRoute } from '../lib/api/route.ts';
import type { Releases } from './releases.ts';
import type { ServiceFunction } from './service-function.ts';
import { BELOW_EDD, throttleRoutes } from './route-throttles.ts';
import type { Stage } from './stages.ts';

/**
 * No path and no query: a check by GET may carry a license key there. Names are short because each line is billed by
 * its length.
 */
const ACCESS_LOG = {
  id: '$context.requestId',
  at: '$context.requestTimeEpoch',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  error: '$context.error.responseType',
  integration_error: '$context.integrationErrorMessage',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  function_ms: '$context.integrationLatency',
};

export type LicenseApiProps = {
  stage: Stage;
  routes: readonly GatewayRoute[];
  /** Keyed by the name that a route gives in `function`. */
  functions: ReadonlyMap<string, ServiceFunction>;
  notFound: ServiceFunction;
  /** The version of each function that is called. Left out where that is always the newest code. */
  releases?: Releases;
};

/** The HTTP API: the route table, and `$default`, so that an unknown path too gets an answer of ours. */
export class LicenseApi extends Construct {
  readonly url: string;
  /** The target for the DNS record of the stage's own name; undefined if it has none. */
  readonly domainTarget: string | undefined;
  readonly ownName: DomainName | undefined;
  readonly apiStage: HttpStage;
  readonly api: HttpApi;
  readonly accessLogs: LogGroup;

  constructor(scope: Construct, id: string, { stage, routes, functions, notFound, releases }: LicenseApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'HttpApi', {
      apiName: `license-service-${stage.name}`,
      createDefaultStage: false,
      // Nobody is to go past the edge.
      ...(stage.edge?.closesOrigin === true ? { disableExecuteApiEndpoint: true } : {}),
      ...corsOf(stage),
    });
    const { ofCallers, ofOrigin } = this.openNames(stage);
    this.ownName = ofOrigin ?? ofCallers;
    const name = stage.edge?.name ?? stage.domain?.name;
    this.url = name === undefined ? this.api.apiEndpoint : `https://${name}`;
    this.domainTarget = this.ownName?.regionalDomainName;
    const { accessLogs, apiStage } = this.addStage(stage, ofCallers);
    this.accessLogs = accessLogs;
    this.apiStage = apiStage;
    if (ofOrigin !== undefined)
      new ApiMapping(this, 'OriginMapping', { api: this.api, domainName: ofOrigin, stage: apiStage });

    // One integration and one permission serve all routes of a function; each of its own would be two more resources a
    // route.
    const integrations = new Map(
      [...functions].map(([name, served]) => [
        name,
        shared(`${name}-integration`, releases?.callee(name, served) ?? served.function),
      ]),
    );
    for (const route of routes) {
      const integration = integrations.get(route.function);
      if (integration === undefined) throw new Error(`the route ${route.operation} has no function ${route.function}`);
      // A route is known by method and path, so that the new name of an operation replaces no route of a deployed API.
      this.addRoute(
        `${route.method} ${route.path}`,
        HttpRouteKey.with(route.path, HttpMethod[route.method]),
        integration,
      );
    }
    // A permission for "any route of this API" does not cover $default, so this one is asked for by the route.
    const unknown = new HttpLambdaIntegration('not-found-integration', notFound.function);
    this.addRoute('$default', HttpRouteKey.DEFAULT, unknown);
    this.addRoute(BELOW_EDD.key, HttpRouteKey.with(BELOW_EDD.path, HttpMethod.ANY), unknown);
    throttleRoutes(apiStage, stage, routes);
  }

  /**
   * With an edge, the stage's domain is the name by which the edge calls the API. The name of callers is then a second
   * one, and only while the origin is open. It keeps its id, so that introducing an edge does not take it away.
   */
  private openNames({ domain, edge }: Stage): { ofCallers?: DomainName | undefined; ofOrigin?: DomainName } {
    if (domain === undefined) return {};
    const open = (id: string, domainName: string, certificateArn: string): DomainName =>
      new DomainName(this, id, {
        domainName,
        certificate: Certificate.fromCertificateArn(this, `${id}Certificate`, certificateArn),
      });
    if (edge === undefined) return { ofCallers: open('DomainName', domain.name, domain.certificateArn) };
    const keeps = edge.closesOrigin ? undefined : edge.openUnder;
    return {
      ofCallers: keeps === undefined ? undefined : open('DomainName', edge.name, keeps),
      ofOrigin: open('OriginName', domain.name, domain.certificateArn),
    };
  }

  private addStage(stage: Stage, name: DomainName | undefined): { accessLogs: LogGroup; apiStage: HttpStage } {
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: stage.logRetentionDays,
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
    const apiStage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      ...(name === undefined ? {} : { domainMapping: { domainName: name } }),
      detailedMetricsEnabled: stage.routeMetrics,
      throttle: { rateLimit: stage.throttle.requestsPerSecond, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
      },
    });
    return { accessLogs, apiStage };
  }

  private addRoute(id: string, routeKey: HttpRouteKey, integration: HttpRouteIntegration): void {
    const route = new HttpRoute(this, id, { httpApi: this.api, routeKey, integration });
    Validations.of(route).acknowledge({
      id: 'AwsSolutions-APIG4',
      reason:
        'The function itself authenticates, by API key or license key, on the same table and in the same code as on' +
        ' one machine. An authorizer would add a call and could cache a revoked key.',
    });
  }
}

/**
 * The CORS rules for scripts of an allowed website. The gateway answers a browser's preflight request (OPTIONS) itself.
 */
function corsOf({ corsOrigins }: Stage): { corsPreflight?: CorsPreflightOptions } {
  if (corsOrigins.length === 0) return {};
  return {
    corsPreflight: {
      allowOrigins: corsOrigins,
      allowMethods: [
        CorsHttpMethod.GET,
        CorsHttpMethod.HEAD,
        CorsHttpMethod.POST,
        CorsHttpMethod.PATCH,
        CorsHttpMethod.DELETE,
      ],
      allowHeaders: [
        'authorization',
        'content-type',
        'idempotency-key',
        'if-match',
        'x-api-key',
        'x-license-key',
        'x-request-id',
      ],
      exposeHeaders: [
        'etag',
        'idempotent-replayed',
        'license-proof',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'x-request-id',
      ],
      maxAge: Duration.hours(1),
    },
  };
}

function shared(id: string, handler: IFunction): HttpLambdaIntegration {
  return new HttpLambdaIntegration(id, handler, { scopePermissionToRoute: false });
}
