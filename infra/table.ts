import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { tableSchema } from '../lib/dynamo/schema.ts';
import type { Stage } from './stages.ts';

const text = (name: string) => ({ name, type: AttributeType.STRING });

/** The one table, as lib/dynamo/schema.ts defines it for the local engine too. */
export class LicenseTable extends Construct {
  readonly table: TableV2;

  constructor(scope: Construct, id: string, { stage }: { stage: Stage }) {
    super(scope, id);
    const warm = stage.warmThroughput && {
      warmThroughput: {
        readUnitsPerSecond: stage.warmThroughput.reads,
        writeUnitsPerSecond: stage.warmThroughput.writes,
      },
    };
    this.table = new TableV2(this, 'Table', {
      partitionKey: text(tableSchema.partitionKey),
      sortKey: text(tableSchema.sortKey),
      timeToLiveAttribute: tableSchema.timeToLive,
      globalSecondaryIndexes: tableSchema.indexes.map((index) => ({
        indexName: index.name,
        partitionKey: text(index.partitionKey),
        sortKey: text(index.sortKey),
        projectionType: ProjectionType.KEYS_ONLY,
        ...warm,
      })),
      billing: Billing.onDemand(),
      ...warm,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The relay reads new journal items. A second region and imports need the old image too, and a table that is in
      // use cannot change what its stream shows without a new stream.
      dynamoStream: StreamViewType[tableSchema.stream],
      // docs/decisions/0010-table-encryption.md
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      deletionProtection: stage.protect,
      // Eventually consistent: strong consistency needs three regions, and each write would wait for another.
      ...(stage.secondRegion === undefined ? {} : { replicas: [{ region: stage.secondRegion.region }] }),
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }
}

/** The table that everything uses: the stack's own, or a restored one that the stage names. */
export type UsedTable = {
  readonly tableName: string;
  readonly tableArn: string;
  readonly tableStreamArn?: string | undefined;
};

export function findTableInUse({ tableInUse }: Stage, own: UsedTable): UsedTable {
  if (tableInUse === undefined) return own;
  const { streamArn } = tableInUse;
  const [tableArn = ''] = streamArn.split('/stream/');
  return { tableName: tableArn.slice(tableArn.indexOf('/') + 1), tableArn, tableStreamArn: streamArn };
}
