import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BackupPlan, BackupPlanRule, BackupResource, BackupVault } from 'aws-cdk-lib/aws-backup';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { DataStack } from './data-stack.ts';
import { JournalArchive } from './journal-archive.ts';
import type { BackupSettings, JournalExportSettings } from './recovery-settings.ts';
import { StageStack } from './stage-stack.ts';
import type { Stage } from './stages.ts';

const DAYS_A_YEAR = 366;
/** AWS Backup moves a backup to cold storage for no less than 90 days. */
const COLD_AFTER_DAYS = 30;
const SERVICE_POLICY = 'service-role/AWSBackupServiceRolePolicyForBackup';
const ON_THE_FIRST = Schedule.cron({ minute: '0', hour: '3', day: '1' });

export type BackupProps = {
  stage: Stage;
  data: DataStack;
  backup: BackupSettings | undefined;
  journalExport: JournalExportSettings | undefined;
};

/** Monthly backups and every change since outlive the account, and the 35 days of the table's own recovery. */
export class BackupStack extends StageStack {
  constructor(scope: Construct, { stage, data, backup, journalExport }: BackupProps) {
    super(scope, 'backup', stage, 'backups of the table, and its changes in storage that cannot be altered');
    if (backup !== undefined) this.addBackups(stage, data, backup);
    if (journalExport !== undefined)
      new JournalArchive(this, 'Journal', { stage, table: data.table, ...journalExport });
  }

  private addBackups(stage: Stage, { table }: DataStack, { years, copyTo, lock }: BackupSettings): void {
    const vault = new BackupVault(this, 'Vault', {
      removalPolicy: stage.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(lock === undefined
        ? {}
        : {
            lockConfiguration: {
              minRetention: Duration.days(lock.minimumDays),
              ...(lock.changeableForDays === undefined ? {} : { changeableFor: Duration.days(lock.changeableForDays) }),
            },
          }),
    });
    const deleteAfter = Duration.days(years * DAYS_A_YEAR);
    const moveToColdStorageAfter = Duration.days(COLD_AFTER_DAYS);
    const plan = new BackupPlan(this, 'Plan', { backupVault: vault });
    plan.addRule(
      new BackupPlanRule({
        ruleName: 'monthly',
        scheduleExpression: ON_THE_FIRST,
        startWindow: Duration.hours(1),
        completionWindow: Duration.days(2),
        deleteAfter,
        moveToColdStorageAfter,
        copyActions: copyTo.map((arn, i) => ({
          destinationBackupVault: BackupVault.fromBackupVaultArn(this, `CopyTo${i}`, arn),
          deleteAfter,
          moveToColdStorageAfter,
        })),
      }),
    );
    const role = new Role(this, 'BackupRole', { assumedBy: new ServicePrincipal('backup.amazonaws.com') });
    plan.addSelection('Table', { resources: [BackupResource.fromArn(table.tableArn)], role });
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${SERVICE_POLICY}]`,
      reason: 'AWS Backup asks for its own policy, which grows with what it needs. It lets nobody read a table.',
    });
  }
}
