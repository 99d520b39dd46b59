import { Stack, Tags, type Environment } from 'aws-cdk-lib';
import { OidcProviderNative, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { canary, stackName, stackParts } from '../lib/stacks.ts';

const ISSUER = 'token.actions.githubusercontent.com';
/** The roles that `cdk bootstrap` makes; a deploy needs nothing else. */
const READS = ['lookup'] as const;
const DEPLOYS = ['deploy', 'file-publishing', 'lookup'] as const;
const BOOTSTRAPPED = 'hnb659fds';

export type PipelineProps = {
  stage: string;
  /** `owner/name` on GitHub. */
  repository: string;
  /** The account's provider for GitHub, if it has one already: an account has only one. */
  provider: string | undefined;
  env: Required<Environment>;
};

/**
 * The roles that GitHub Actions takes for one stage. Each belongs to one environment of one repository, so that the
 * approvers of an environment decide who gets its role, and no key of AWS is stored anywhere.
 */
export class PipelineRoles extends Stack {
  constructor(scope: Construct, { stage, repository, provider, env }: PipelineProps) {
    super(scope, `license-service-${stage}-pipeline`, {
      description: `Centralized License Service, stage ${stage}: the roles of its pipeline`,
      env,
    });
    Tags.of(this).add('service', 'license-service');
    Tags.of(this).add('stage', stage);
    const arn = provider ?? this.openProvider();
    const open = (name: 'diff' | 'deploy', environment: string): Role =>
      new Role(this, name, {
        roleName: `license-service-${stage}-${name}`,
        assumedBy: new WebIdentityPrincipal(arn, {
          StringEquals: {
            [`${ISSUER}:aud`]: 'sts.amazonaws.com',
            [`${ISSUER}:sub`]: `repo:${repository}:environment:${environment}`,
          },
        }),
      });
    const diff = open('diff', `${stage}-diff`);
    const deploy = open('deploy', stage);
    diff.addToPolicy(this.assume(READS));
    deploy.addToPolicy(this.assume(DEPLOYS));
    this.letSmoke(deploy, stage);
  }

  private openProvider(): string {
    const made = new OidcProviderNative(this, 'GitHub', { url: `https://${ISSUER}`, clientIds: ['sts.amazonaws.com'] });
    return made.oidcProviderArn;
  }

  /** The rights hold in any region: the edge and a second region have stacks of the stage elsewhere. */
  private assume(kinds: readonly string[]): PolicyStatement {
    const names = kinds.map((kind) => `role/cdk-${BOOTSTRAPPED}-${kind}-role-${this.account}-*`);
    const resources = names.map((resource) => this.formatArn({ service: 'iam', region: '', resource }));
    return new PolicyStatement({ actions: ['sts:AssumeRole'], resources });
  }

  /** The smoke test finds the service by the outputs of its stacks, and the canary's license goes into its secret. */
  private letSmoke(role: Role, stage: string): void {
    const stacks = stackParts.map((part) =>
      this.formatArn({ service: 'cloudformation', resource: `stack/${stackName(stage, part)}/*` }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['cloudformation:DescribeStacks'], resources: stacks }));
    const secret = this.formatArn({ service: 'secretsmanager', resource: `secret:${canary.secretName(stage)}-??????` });
    const actions = ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'];
    role.addToPolicy(new PolicyStatement({ actions, resources: [secret] }));
  }
}
