import { CfnOutput, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { stackOutputs } from '../lib/stacks.ts';
import { PackageBucket } from './packages.ts';
import { DataKey } from './secrets.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';
import { LicenseTable } from './table.ts';

/** All that must survive everything else: the table, the data key that its texts are sealed with, and the packages. */
export class DataStack extends StageStack {
  readonly table: TableV2;
  readonly dataKey: DataKey;
  readonly packages: Bucket;

  constructor(scope: Construct, { stage }: { stage: Stage }) {
    super(scope, 'data', stage, 'the table, the data key and the packages');
    this.table = new LicenseTable(this, 'Table', { stage }).table;
    this.dataKey = new DataKey(this, 'DataKey', { stage });
    this.packages = new PackageBucket(this, 'Packages', { stage }).bucket;
    this.exportAll();
    new CfnOutput(this, stackOutputs.tableName.output, { value: this.table.tableName, description: 'The one table' });
  }

  /**
   * Exports all that others may import, whether or not anything does now: so a change of functions never changes this
   * template. CloudFormation refuses to remove or replace any of it while something uses it.
   */
  private exportAll(): void {
    const { table, dataKey, packages } = this;
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error('the table has no stream');
    for (const resource of [table, dataKey.secret, dataKey.key, packages])
      CrossStackReferences.of(resource).produce(ReferenceStrength.STRONG);
    const { secretArn, key } = dataKey;
    for (const value of [table.tableName, table.tableArn, tableStreamArn, secretArn, key.keyArn, key.keyId])
      this.exportValue(value);
    for (const value of [packages.bucketName, packages.bucketArn]) this.exportValue(value);
  }
}
