import { CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  HttpVersion,
  LambdaEdgeEventType,
  OriginProtocolPolicy,
  OriginRequestPolicy,
  OriginSslPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
  type BehaviorOptions,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { CompositePrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction, Runtime, Version, type IVersion } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { AlarmTopic, topicsIn } from './alarm-topic.ts';
import { packCode } from './bundle.ts';
import type { EdgeSettings } from './edge-settings.ts';
import { Firewall } from './firewall.ts';
import { EDGE_REGION, listOriginSecrets } from './origin-secrets.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';

const EDD_FUNCTION = 'edd-at-edge';
/** CloudFront gives a function before the origin no more than 30 seconds. This one waits for the API for 20. */
const TIMEOUT_S = 25;
/** Longer than the deadline of any route. */
const ORIGIN_TIMEOUT_S = 30;

export type EdgeProps = { stage: Stage; edge: EdgeSettings; originName: string };

/**
 * CloudFront and its firewall before the API. Nothing is cached, so a revoked license is known at once. All of it is in
 * us-east-1, which is the only place for it.
 */
export class EdgeStack extends StageStack {
  constructor(scope: Construct, { stage, edge, originName }: EdgeProps) {
    super(scope, 'edge', { ...stage, region: EDGE_REGION }, 'CloudFront, its firewall, and answers for old clients');
    const [secret] = listOriginSecrets(stage);
    if (secret === undefined) throw new Error('the stage has no origin secret');
    const behavior: BehaviorOptions = {
      origin: new HttpOrigin(originName, {
        protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY,
        originSslProtocols: [OriginSslPolicy.TLS_V1_2],
        readTimeout: Duration.seconds(ORIGIN_TIMEOUT_S),
        // lib/http/edge.ts reads them.
        customHeaders: { 'x-origin-secret': secret, 'x-public-host': edge.name },
      }),
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    };
    const toEdd = { functionVersion: this.addEddFunction(stage) };
    const distribution = new Distribution(this, 'Distribution', {
      comment: `License service, ${stage.name}`,
      domainNames: [edge.name],
      certificate: Certificate.fromCertificateArn(this, 'Certificate', edge.certificateArn),
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: HttpVersion.HTTP2_AND_3,
      // The share of 503 is one of them.
      publishAdditionalMetrics: true,
      webAclId: new Firewall(this, 'Firewall', { stage, edge }).arn,
      defaultBehavior: behavior,
      additionalBehaviors: {
        // It asks the API itself: CloudFront tells of an API that it cannot reach without asking a function.
        '/edd/*': {
          ...behavior,
          edgeLambdas: [{ ...toEdd, eventType: LambdaEdgeEventType.ORIGIN_REQUEST, includeBody: true }],
        },
      },
    });
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR1',
      reason: 'Customers of the brands live anywhere.',
    });
    Validations.of(distribution).acknowledge({
      id: 'AwsSolutions-CFR3',
      reason: 'A line of that log contains the query, and a check by GET may carry a license key there.',
    });
    this.watch(stage, distribution);
    new CfnOutput(this, 'EdgeTarget', {
      value: distribution.distributionDomainName,
      description: 'The DNS record of the public name points here',
    });
  }

  /**
   * A function at the edge runs in the region nearest to a caller, and its throttles are counted there. CloudFront
   * answers them with 503, and counts all of these in one place.
   */
  private watch(stage: Stage, distribution: Distribution): void {
    new AlarmTopic(this, 'Alarms', stage, topicsIn(stage, EDGE_REGION)).addAlarm({
      name: 'edge-unavailable',
      page: 'the-edge-answers-503',
      says: 'One of a hundred calls gets 503: the function for old clients is throttled, or the API fails',
      metric: distribution.metric503ErrorRate({ period: Duration.minutes(1), statistic: Stats.AVERAGE }),
      threshold: 1,
      values: [3, 5],
    });
  }

  /** It writes no log: it would be in whatever region a client came to, and there is nothing to say. */
  private addEddFunction(stage: Stage): IVersion {
    const services = ['lambda.amazonaws.com', 'edgelambda.amazonaws.com'].map((name) => new ServicePrincipal(name));
    const role = new Role(this, 'EddRole', { assumedBy: new CompositePrincipal(...services) });
    const { currentVersion } = new LambdaFunction(this, 'Edd', {
      description: `License service, ${stage.name}: ${EDD_FUNCTION}`,
      code: packCode(EDD_FUNCTION, {}),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      memorySize: 128,
      timeout: Duration.seconds(TIMEOUT_S),
      role,
      logGroup: new LogGroup(this, 'EddLogs', {
        retention: stage.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    return Version.fromVersionArn(this, 'EddVersion', currentVersion.functionArn);
  }
}
