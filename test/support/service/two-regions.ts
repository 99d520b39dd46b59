import type { ServerResponse } from 'node:http';
import { keptOutput, secondRegionOutputs, stackOutputs } from '../../../lib/stacks.ts';
import { engineEndpoint } from '../run/engine-endpoint.ts';
import { answerJson, startStandIn, type ReceivedRequest } from '../table/stand-in.ts';

const ACCOUNT = '123456789012';

export type TwoRegions = {
  /** Leads the commands of an operator here. */
  environment: Record<string, string>;
  /** The details of the events that were sent to a bus, by its region. */
  sent: { region: string; detail: Record<string, unknown> }[];
  stop: () => Promise<void>;
};

type Statement = { Effect: string; Action: string[] };

/**
 * AWS in two regions, as far as a failover asks for it. Each region has a table of this run's engine, under one name.
 * The engine has no regions, policies, stacks and buses: these are answered here, and what a policy denies is refused.
 */
export async function startTwoRegions(stage: string, tables: Record<string, string>): Promise<TwoRegions> {
  const name = `license-service-${stage}`;
  const policies = new Map<string, string>();
  const sent: TwoRegions['sent'] = [];

  const askEngine = async (region: string, { body, headers }: ReceivedRequest, outgoing: ServerResponse) => {
    const own = tables[region] ?? '';
    const { authorization, 'x-amz-target': target, 'x-amz-date': date } = headers;
    const reply = await fetch(engineEndpoint(), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': String(target),
        'x-amz-date': String(date),
        authorization: String(authorization),
      },
      body: body.replaceAll(`"${name}"`, `"${own}"`),
    });
    const text = (await reply.text()).replaceAll(own, name).replaceAll('ddblocal:000000000000', `${region}:${ACCOUNT}`);
    outgoing.writeHead(reply.status, { 'content-type': 'application/x-amz-json-1.0' }).end(text);
  };

  const answer = (outgoing: ServerResponse, received: ReceivedRequest): unknown => {
    const { operation, body, headers } = received;
    const [, region = '', service] = /\/\d{8}\/([\w-]+)\/(\w+)\//.exec(String(headers.authorization)) ?? [];
    if (service === 'cloudformation') return outgoing.writeHead(200, { 'content-type': 'text/xml' }).end(stack(name));
    const policy = policies.get(region);
    switch (operation) {
      case 'PutEvents': {
        const { Entries } = JSON.parse(body) as { Entries: { Detail: string }[] };
        for (const { Detail } of Entries) sent.push({ region, detail: JSON.parse(Detail) as Record<string, unknown> });
        return answerJson(outgoing, 200, { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'sent' })) });
      }
      case 'PutResourcePolicy':
        policies.set(region, (JSON.parse(body) as { Policy: string }).Policy);
        return answerJson(outgoing, 200, {});
      case 'GetResourcePolicy':
        return policy === undefined
          ? refuse(outgoing, 'PolicyNotFound')
          : answerJson(outgoing, 200, { Policy: policy });
      case 'DeleteResourcePolicy':
        policies.delete(region);
        return answerJson(outgoing, 200, {});
      default:
        return denies(policy, operation) ? refuse(outgoing, 'AccessDenied') : askEngine(region, received, outgoing);
    }
  };

  const standIn = await startStandIn(answer);
  return {
    environment: {
      AWS_ENDPOINT_URL: standIn.endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
    sent,
    stop: standIn.stop,
  };
}

function denies(policy: string | undefined, operation: string): boolean {
  const { Statement } = JSON.parse(policy ?? '{"Statement":[]}') as { Statement: Statement[] };
  return Statement.some(({ Effect, Action }) => Effect === 'Deny' && Action.includes(`dynamodb:${operation}`));
}

const refuse = (outgoing: ServerResponse, error: string): unknown =>
  answerJson(outgoing, 400, { __type: `com.amazonaws.dynamodb.v20120810#${error}Exception`, message: error });

/** The stack of the second region, with what it has kept of the first one. */
function stack(tableName: string): string {
  const kms = `arn:aws:kms:eu-central-1:${ACCOUNT}`;
  const secret = (of: string) => `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:${of}`;
  const outputs = {
    [keptOutput(stackOutputs.tableName.output)]: tableName,
    [keptOutput(stackOutputs.dataKeySecret.output)]: secret('data-key'),
    [keptOutput(stackOutputs.signingKeysSecretArn.output)]: secret('signing-keys'),
    ...Object.fromEntries(Object.values(secondRegionOutputs).map((of) => [keptOutput(of), `${kms}:key/${of}`])),
    [stackOutputs.busName.output]: 'license-service-prod-bus',
    [stackOutputs.asideQueueUrl.output]: 'https://sqs.eu-west-1.amazonaws.com/aside',
  };
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return (
    '<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult>' +
    `<Stacks><member><Outputs>${members.join('')}</Outputs></member></Stacks>` +
    '</DescribeStacksResult></DescribeStacksResponse>'
  );
}
