import { CfnOutput } from 'aws-cdk-lib';
import { ApiMapping, DomainName, type HttpApi, type HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { CfnHealthCheck, CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { ready } from '../lib/api/service.ts';
import { healthCheckOutput } from '../lib/stacks.ts';
import type { SecondRegion } from './second-region-settings.ts';

const ASKED_EVERY_S = 30;
/** So many answers in a row that are missing: a minute and a half. */
const FAILURES = 3;

type RecordProps = { name: string; second: SecondRegion; target: DomainName };

const aliasTo = (target: DomainName) => ({
  dnsName: target.regionalDomainName,
  hostedZoneId: target.regionalHostedZoneId,
  evaluateTargetHealth: false,
});

/** The record of the first region, which Route 53 answers while `/ready` answers under the region's own name. */
export class FirstRegionRecord extends Construct {
  constructor(scope: Construct, id: string, props: RecordProps & { api: HttpApi; apiStage: HttpStage }) {
    super(scope, id);
    const { name, second, target, api, apiStage } = props;
    const { hostedZoneId, firstRegionName: own } = second;
    const regional = new DomainName(this, 'RegionalName', {
      domainName: own.name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', own.certificateArn),
    });
    new ApiMapping(this, 'Mapping', { api, domainName: regional, stage: apiStage });
    new CfnRecordSet(this, 'Regional', { hostedZoneId, name: own.name, type: 'A', aliasTarget: aliasTo(regional) });
    const check = new CfnHealthCheck(this, 'Health', {
      healthCheckConfig: {
        type: 'HTTPS',
        fullyQualifiedDomainName: own.name,
        resourcePath: ready.path,
        requestInterval: ASKED_EVERY_S,
        failureThreshold: FAILURES,
      },
    });
    new CfnOutput(scope, healthCheckOutput, { value: check.attrHealthCheckId, description: 'Asks the first region' });
    new CfnRecordSet(this, 'Record', {
      hostedZoneId,
      name,
      type: 'A',
      setIdentifier: 'first',
      failover: 'PRIMARY',
      healthCheckId: check.attrHealthCheckId,
      aliasTarget: aliasTo(target),
    });
  }
}

/** The record that is answered when the first region is not ready. */
export function addSecondRegionRecord(scope: Construct, { name, second, target }: RecordProps): void {
  new CfnRecordSet(scope, 'FailoverRecord', {
    hostedZoneId: second.hostedZoneId,
    name,
    type: 'A',
    setIdentifier: 'second',
    failover: 'SECONDARY',
    aliasTarget: aliasTo(target),
  });
}
