import { CfnOutput, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { secondRegionOutputs, stackOutputs } from '../lib/stacks.ts';
import { HistoryBucket } from './history-bucket.ts';
import { addOriginSecrets } from './origin-secrets.ts';
import { PackageBucket } from './packages.ts';
import { DataKey } from './secrets.ts';
import { SigningKeys } from './signing-keys.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';
import { findTableInUse, LicenseTable, type UsedTable } from './table.ts';

/**
 * All that must survive everything else: the table, the data key that its texts are sealed with, the keys that proofs
 * are signed with, and the packages.
 */
export class DataStack extends StageStack {
  /** The table in use. A restored one belongs to no stack. */
  readonly table: UsedTable;
  private readonly ownTable: TableV2;
  readonly dataKey: DataKey;
  readonly signingKeys: SigningKeys;
  readonly packages: Bucket;
  /** The archived histories of cancelled licenses. */
  readonly histories: Bucket;

  constructor(scope: Construct, { stage }: { stage: Stage }) {
    super(scope, 'data', stage, 'the table, the data key, the keys of proofs and the packages');
    this.ownTable = new LicenseTable(this, 'Table', { stage }).table;
    this.table = findTableInUse(stage, this.ownTable);
    this.dataKey = new DataKey(this, 'DataKey', { stage });
    this.signingKeys = new SigningKeys(this, 'SigningKeys', { stage });
    this.packages = new PackageBucket(this, 'Packages', { stage }).bucket;
    this.histories = new HistoryBucket(this, 'Histories', { stage }).bucket;
    addOriginSecrets(this, stage);
    this.exportAll();
    this.addOutputs();
    if (stage.secondRegion !== undefined) this.addOutputsForSecondRegion();
  }

  private addOutputs(): void {
    const { secretArn, rootArns } = this.signingKeys;
    new CfnOutput(this, stackOutputs.tableName.output, { value: this.table.tableName, description: 'The one table' });
    new CfnOutput(this, stackOutputs.signingKeysSecretArn.output, {
      value: secretArn,
      description: 'The signing keys of proofs: npm run admin -- signing-key',
    });
    new CfnOutput(this, stackOutputs.rootKeyArns.output, {
      value: rootArns,
      description: 'The root keys of proofs: the first one signs the key set',
    });
    new CfnOutput(this, stackOutputs.historyBucket.output, {
      value: this.histories.bucketName,
      description: 'The archived histories of cancelled licenses',
    });
    new CfnOutput(this, stackOutputs.dataKeySecret.output, {
      value: this.dataKey.secretArn,
      description: 'The secret of the data key, for npm run audit -- --open',
    });
  }

  private addOutputsForSecondRegion(): void {
    const { DataKey: ofData, SigningKeys: ofProofs } = secondRegionOutputs;
    new CfnOutput(this, ofData, { value: this.dataKey.key.keyArn, description: 'Encrypts the data key' });
    new CfnOutput(this, ofProofs, { value: this.signingKeys.key.keyArn, description: 'Encrypts the signing keys' });
  }

  /**
   * Exports all that others may import, whether or not anything does now: so a change of functions never changes this
   * template. CloudFormation refuses to remove or replace any of it while something uses it.
   */
  private exportAll(): void {
    const { ownTable: table, dataKey, signingKeys, packages, histories } = this;
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error('the table has no stream');
    const ofProofs = [signingKeys.key, ...signingKeys.roots];
    for (const resource of [table, dataKey.secret, dataKey.key, signingKeys.secret, ...ofProofs, packages, histories])
      CrossStackReferences.of(resource).produce(ReferenceStrength.STRONG);
    const { secretArn, key } = dataKey;
    const ofData = [table.tableName, table.tableArn, tableStreamArn, secretArn, key.keyArn, key.keyId];
    for (const value of [...ofData, signingKeys.secretArn, ...ofProofs.map(({ keyArn }) => keyArn)])
      this.exportValue(value);
    for (const { bucketName, bucketArn } of [packages, histories])
      for (const value of [bucketName, bucketArn]) this.exportValue(value);
  }
}
