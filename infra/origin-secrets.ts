import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { health } from '../lib/api/service.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Stage } from './stages.ts';

/** CloudFront’s own region: a firewall for it exists nowhere else. */
export const EDGE_REGION = 'us-east-1';
const CHARACTERS = 48;

const nameOf = (stage: string, generation: number): string => `license-service-${stage}-origin-${generation}`;

/** The generations that functions accept: the one that the edge sends, and the one before it. */
function generationsOf({ edge }: Stage): number[] {
  if (edge === undefined) return [];
  const { secretGeneration: now } = edge;
  return now === 1 ? [1] : [now, now - 1];
}

/** The secrets by which the edge shows a call to be its own, with a copy where the edge is deployed. */
export function addOriginSecrets(scope: Construct, stage: Stage): void {
  for (const generation of generationsOf(stage)) {
    const secret = new Secret(scope, `OriginSecret${generation}`, {
      secretName: nameOf(stage.name, generation),
      description: `The edge of the license service, stage ${stage.name}, shows its calls by it`,
      generateSecretString: { passwordLength: CHARACTERS, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
      replicaRegions: regionsOfCopies(stage).map((region) => ({ region })),
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new generation comes with a deploy, which gives it to the edge and to the functions at once.',
    });
  }
}

/** The edge and a second region read the secrets too, so they are copied there. */
const regionsOfCopies = ({ region, secondRegion }: Stage): string[] =>
  [...new Set([EDGE_REGION, ...(secondRegion === undefined ? [] : [secondRegion.region])])].filter(
    (other) => other !== region,
  );

/**
 * Lets functions know calls from the edge, and answer no others once the origin is closed. Health checks cannot send a
 * secret, and tell nothing.
 */
export function openOnlyToEdge(stage: Stage, functions: Iterable<ServiceFunction>): void {
  const secrets = listOriginSecrets(stage);
  if (secrets.length === 0) return;
  for (const { name, function: of } of functions) {
    if (name === health.function) continue;
    of.addEnvironment('ORIGIN_SECRETS', secrets.join(','));
    if (stage.edge?.closesOrigin !== true) of.addEnvironment('ORIGIN_OPEN', 'true');
  }
}

/** Their values, which CloudFormation reads when it deploys: no template has them. */
export const listOriginSecrets = (stage: Stage): string[] =>
  generationsOf(stage).map((generation) => SecretValue.secretsManager(nameOf(stage.name, generation)).unsafeUnwrap());
