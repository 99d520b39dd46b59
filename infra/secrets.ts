import { Fn, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSecret, Secret, type ReplicaRegion } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { onlyBreakGlassChanges } from './data-key-policy.ts';
import type { Stage } from './stages.ts';

/** Letters and digits, so some 380 bits: more than the 256 that are derived from them. */
const CHARACTERS = 64;

/**
 * The secret under which license keys, e-mails and stored answers are sealed, itself encrypted by a key of ours
 * (docs/decisions/0012-data-key.md).
 */
export class DataKey extends Construct {
  /** The secret's ARN, as `Ref` is on AWS; where the deploy is proven `Ref` is the name, which no policy means. */
  readonly secretArn: string;
  /** CloudFormation makes it: `<logical id>-<random>`. */
  readonly secretName: string;
  readonly key: Key;
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    // Without it the table's ciphertext is noise: it stays as long as the table does.
    const removalPolicy = stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    this.key = new Key(this, 'Key', {
      description: `Encrypts the data key of the license service, stage ${stage.name}`,
      enableKeyRotation: true,
      // A key is made so or never: it cannot be changed later (docs/decisions/0091-who-may-change-the-data-key.md).
      multiRegion: true,
      removalPolicy,
    });
    const secret = new Secret(this, 'Secret', {
      description: `Data key of the license service, stage ${stage.name}: losing it loses every license key's text`,
      // Any change of this makes CloudFormation generate another value, under which nothing opens that is sealed.
      generateSecretString: { passwordLength: CHARACTERS, excludePunctuation: true },
      encryptionKey: this.key,
      replicaRegions: [
        ...stage.dataKey.replicas.map(({ region, kmsKeyArn }, i) => ({
          region,
          ...(kmsKeyArn === undefined ? {} : { encryptionKey: Key.fromKeyArn(this, `ReplicaKey${i}`, kmsKeyArn) }),
        })),
        ...copyToSecondRegion(this, stage, this.key),
      ],
      removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A new value would make everything sealed under the old one unreadable. The KMS key that encrypts the' +
        ' secret rotates each year by itself; a new data key is a migration.',
    });
    if (stage.protect && !stage.emulated) secret.addToResourcePolicy(onlyBreakGlassChanges(stage));
    const { defaultChild } = secret.node;
    if (!(defaultChild instanceof CfnSecret)) throw new Error('the secret is no CloudFormation resource');
    this.secret = secret;
    this.secretArn = defaultChild.attrId;
    this.secretName = nameIn(this.secretArn);
  }

  /** Gives the function the address of the secret, and lets it read that and nothing else. */
  grantRead(to: LambdaFunction): void {
    to.addEnvironment('DATA_KEY_SECRET_ARN', this.secretArn);
    to.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.secretArn] }),
    );
    to.addToRolePolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
  }
}

/** A copy in the second region, under a copy of the key once there is one: both have the key's id. */
export function copyToSecondRegion(scope: Construct, { secondRegion }: Stage, { keyId }: Key): ReplicaRegion[] {
  if (secondRegion === undefined) return [];
  const { region, keysCopied } = secondRegion;
  const { partition, account } = Stack.of(scope);
  const keyArn = `arn:${partition}:kms:${region}:${account}:key/${keyId}`;
  return [{ region, ...(keysCopied ? { encryptionKey: Key.fromKeyArn(scope, 'SecondKey', keyArn) } : {}) }];
}

/** An ARN ends with the secret's name, a dash and six characters more. */
function nameIn(secretArn: string): string {
  const parts = Fn.split('-', Fn.select(6, Fn.split(':', secretArn)));
  return Fn.join('-', [Fn.select(0, parts), Fn.select(1, parts)]);
}
