import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Stage } from './stages.ts';

/** Letters and digits, so some 380 bits: more than the 256 that are derived from them. */
const CHARACTERS = 64;

/** The secret under which license keys, e-mails and stored answers are sealed, itself encrypted by a key of ours (docs/decisions/0012-data-key.md). */
export class DataKey extends Construct {
  private readonly secretArn: string;
  private readonly key: Key;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    // Without it the table's ciphertext is noise: it stays as long as the table does.
    const removalPolicy = stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    this.key = new Key(this, 'Key', {
      description: `Encrypts the data key of the license service, stage ${stage.name}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    const secret = new Secret(this, 'Secret', {
      description: `Data key of the license service, stage ${stage.name}: losing it loses every license key's text`,
      generateSecretString: { passwordLength: CHARACTERS, excludePunctuation: true },
      encryptionKey: this.key,
      removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'A new value would make everything sealed under the old one unreadable. The KMS key that encrypts the secret rotates each year by itself; a new data key is a migration.',
    });
    const { defaultChild } = secret.node;
    if (!(defaultChild instanceof CfnSecret)) throw new Error('the secret is no CloudFormation resource');
    // Its ARN, as `Ref` is on AWS; where the deploy is proven `Ref` is the name, which no policy means.
    this.secretArn = defaultChild.attrId;
  }

  /** Tells the function where the secret is and lets it read that, and nothing else. */
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
