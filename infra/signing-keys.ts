import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { copyToSecondRegion } from './secrets.ts';
import type { Stage } from './stages.ts';

/**
 * The keys of proofs (docs/decisions/0160-keys-of-proofs.md): two roots that never leave KMS, and the secret with the
 * signing keys, which the daily job makes.
 */
export class SigningKeys extends Construct {
  /** The first one signs the key set; the other is the spare. */
  readonly roots: readonly [Key, Key];
  readonly key: Key;
  readonly secret: Secret;
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const removalPolicy = stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    const addRoot = (name: string, role: string): Key =>
      new Key(this, name, {
        description: `${role} of the proofs of the license service, stage ${stage.name}: clients pin its public half`,
        keySpec: KeySpec.ECC_NIST_EDWARDS25519,
        keyUsage: KeyUsage.SIGN_VERIFY,
        // A key is made so or never.
        multiRegion: true,
        removalPolicy,
      });
    const pair = [addRoot('Root', 'Root key'), addRoot('Spare', 'Spare root key')] as const;
    this.roots = stage.signsWithSpareRoot ? [pair[1], pair[0]] : pair;
    this.key = new Key(this, 'Key', {
      description: `Encrypts the signing keys of the license service, stage ${stage.name}`,
      enableKeyRotation: true,
      multiRegion: true,
      removalPolicy,
    });
    this.secret = new Secret(this, 'Secret', {
      description: `Signing keys of the license service, stage ${stage.name}: npm run admin -- signing-key`,
      // Empty until the daily job runs for the first time.
      generateSecretString: { secretStringTemplate: '{"keys":[]}', generateStringKey: 'unused' },
      encryptionKey: this.key,
      replicaRegions: copyToSecondRegion(this, stage, this.key),
      removalPolicy,
    });
    Validations.of(this.secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The function renew-signing-keys makes a new key every 90 days and publishes it before it is used.',
    });
    const { defaultChild } = this.secret.node;
    if (!(defaultChild instanceof CfnSecret)) throw new Error('the secret is no CloudFormation resource');
    this.secretArn = defaultChild.attrId;
  }

  get rootArns(): string {
    return this.roots.map(({ keyArn }) => keyArn).join(',');
  }

  /** Lets a function sign proofs. */
  grantRead(to: LambdaFunction): void {
    this.grantSecret(to, ['GetSecretValue'], ['Decrypt']);
  }

  /** Lets the daily job make signing keys, and sign the key set by the first root: nothing else may. */
  grantMake(to: LambdaFunction): void {
    this.grantSecret(to, ['GetSecretValue', 'PutSecretValue'], ['Decrypt', 'GenerateDataKey']);
    to.addEnvironment('ROOT_KEY_ARNS', this.rootArns);
    const [signs] = this.roots;
    to.addToRolePolicy(
      new PolicyStatement({ actions: ['kms:GetPublicKey'], resources: this.roots.map(({ keyArn }) => keyArn) }),
    );
    to.addToRolePolicy(
      new PolicyStatement({
        actions: ['kms:Sign'],
        resources: [signs.keyArn],
        conditions: { StringEquals: { 'kms:MessageType': 'RAW', 'kms:SigningAlgorithm': 'ED25519_SHA_512' } },
      }),
    );
  }

  private grantSecret(to: LambdaFunction, onSecret: readonly string[], onKey: readonly string[]): void {
    to.addEnvironment('SIGNING_KEYS_SECRET_ARN', this.secretArn);
    to.addToRolePolicy(
      new PolicyStatement({
        actions: onSecret.map((action) => `secretsmanager:${action}`),
        resources: [this.secretArn],
      }),
    );
    to.addToRolePolicy(
      new PolicyStatement({
        actions: onKey.map((action) => `kms:${action}`),
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
  }
}
