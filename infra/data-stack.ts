import { CfnOutput, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { stackOutputs } from '../lib/stacks.ts';
import { DataKey } from './secrets.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';
import { LicenseTable } from './table.ts';

/** All that must survive everything else: the table, and the data key that its texts are sealed with. */
export class DataStack extends StageStack {
  readonly table: TableV2;
  readonly dataKey: DataKey;

  constructor(scope: Construct, { stage }: { stage: Stage }) {
    super(scope, 'data', stage, 'the table and the data key');
    this.table = new LicenseTable(this, 'Table', { stage }).table;
    this.dataKey = new DataKey(this, 'DataKey', { stage });
    this.exportAll();
    new CfnOutput(this, stackOutputs.tableName.output, { value: this.table.tableName, description: 'The one table' });
    new CfnOutput(this, stackOutputs.dataKeySecret.output, {
      value: this.dataKey.secretArn,
      description: 'The secret of the data key, for npm run audit -- --open',
    });
  }

  /**
   * Exports all that others may import, whether or not anything does now: so a change of functions never changes this
   * template. CloudFormation refuses to remove or replace any of it while something uses it.
   */
  private exportAll(): void {
    const { table, dataKey } = this;
    const { tableStreamArn } = table;
    if (tableStreamArn === undefined) throw new Error('the table has no stream');
    for (const resource of [table, dataKey.secret, dataKey.key])
      CrossStackReferences.of(resource).produce(ReferenceStrength.STRONG);
    const { secretArn, key } = dataKey;
    for (const value of [table.tableName, table.tableArn, tableStreamArn, secretArn, key.keyArn, key.keyId])
      this.exportValue(value);
  }
}
