import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { RootConstruct } from 'constructs';
import { parse } from 'yaml';
import * as z from 'zod';
import { readNamedStage } from '../../infra/named-stage.ts';
import { stageNames } from '../../infra/stages.ts';
import { synthesize, synthesizeRoles } from './synthesize.ts';
import { PLACE } from './tested-stages.ts';

const Step = z.looseObject({ run: z.string().default(''), uses: z.string().default('') });
const Job = z.looseObject({
  needs: z
    .union([z.string(), z.array(z.string())])
    .default([])
    .transform((needs) => [needs].flat()),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
  environment: z.string().optional(),
  permissions: z.record(z.string(), z.string()).optional(),
  steps: z.array(Step).default([]),
});
const Workflow = z.looseObject({
  on: z.record(z.string(), z.unknown()),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), Job),
});
const textOf = (name: string): string => readFileSync(`.github/workflows/${name}.yml`, 'utf8');
const read = (name: string): z.output<typeof Workflow> => Workflow.parse(parse(textOf(name)));
const [ci, deploy, stage] = [read('ci'), read('deploy'), read('stage')];
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

/** All jobs that a job of deploy.yml waits for. */
function waitsFor(name: string): string[] {
  const direct = deploy.jobs[name]?.needs ?? [];
  return [...direct, ...direct.flatMap(waitsFor)];
}
const runsOf = (name: string): string[] =>
  stage.jobs[name]?.steps.map(({ run }) => run).filter((run) => run !== '') ?? [];

describe('the pipeline', () => {
  test('deploys pushes to main alone, one after the other, and verifies everything else', () => {
    expect(deploy.on).toEqual({ push: { branches: ['main'] } });
    expect(deploy['concurrency']).toEqual({ group: 'deploy', 'cancel-in-progress': false });
    expect(Object.keys(ci.on).sort()).toEqual(['pull_request', 'push', 'workflow_call']);
    expect(ci.on['push']).toEqual({ 'branches-ignore': ['main'] });
  });

  test('runs every part of the checks side by side, each with a limit of time', () => {
    const parts = [...readFileSync('.ci/run', 'utf8').matchAll(/^part (\w+)$/gm)].map(([, name]) => name);
    const { verify } = ci.jobs;
    expect(verify).toMatchObject({ 'timeout-minutes': 45, strategy: { 'fail-fast': false, matrix: { part: parts } } });
    expect(verify?.steps.map(({ run }) => run)).toContain('bash .ci/run "$PART"');
  });

  test('keeps the coverage, and what axe found on each page, of every run', () => {
    const kept = ci.jobs['verify']?.steps.filter(({ uses }) => uses.startsWith('actions/upload-artifact')) ?? [];
    expect(kept.map(({ if: when, with: what }) => [when, what])).toEqual([
      ["always() && matrix.part == 'verify'", { name: 'coverage', path: 'coverage/' }],
      ["always() && matrix.part == 'clients'", { name: 'axe', path: 'reports/' }],
    ]);
  });

  test('takes a commit from its tests to dev, staging and prod, each after the one before', () => {
    expect(deploy.jobs['verify']?.uses).toBe('./.github/workflows/ci.yml');
    expect(waitsFor('dev')).toEqual(['verify']);
    expect(waitsFor('staging')).toEqual(expect.arrayContaining(['verify', 'dev']));
    expect(waitsFor('prod')).toEqual(expect.arrayContaining(['verify', 'dev', 'staging']));
    const deployed = Object.values(deploy.jobs).filter(({ uses }) => uses === './.github/workflows/stage.yml');
    expect(deployed.map((job) => job.with['stage'])).toEqual(['dev', 'staging', 'prod']);
    expect(stageNames).toEqual(expect.arrayContaining(['dev', 'staging', 'prod']));
  });

  test('shows the difference before the deploy, with a role that cannot deploy', () => {
    expect(runsOf('diff').join('\n')).toMatch(/cdk diff [\s\S]*\$GITHUB_STEP_SUMMARY/);
    expect(stage.jobs['deploy']?.needs).toEqual(['diff']);
    expect(stage.jobs['diff']?.environment).toBe('${{ inputs.stage }}-diff');
    expect(JSON.stringify(stage.jobs['diff'])).toContain('role/license-service-${{ inputs.stage }}-diff');
    expect(JSON.stringify(stage.jobs['diff'])).not.toContain('-deploy');
  });

  test('tries every function after each deploy, and then gives the canary its license', () => {
    const names = ['cdk deploy --all', 'npm run smoke -- --stage', 'npm run admin -- canary --stage'];
    const positions = names.map((name) => runsOf('deploy').findIndex((run) => run.includes(name)));
    expect(positions).not.toContain(-1);
    expect([...positions].sort((a, b) => a - b)).toEqual(positions);
  });

  test('refuses prod, and no other stage, unless it is protected', () => {
    const required = Object.entries(deploy.jobs).filter(([, job]) => job.with['requires-protect'] === true);
    expect(required.map(([name]) => name)).toEqual(['prod']);
    expect(textOf('stage')).toContain("${{ inputs.requires-protect && '-c requires-protect=true' || '' }}");
    for (const name of ['diff', 'deploy']) expect(runsOf(name).join('\n')).toContain('$CONTEXT $PLACE');
  });

  test('has no key of AWS, takes tokens only in the jobs that need one, and never prints a secret', () => {
    for (const name of ['ci', 'deploy', 'stage']) {
      expect(read(name).permissions).toEqual({ contents: 'read' });
      expect(textOf(name)).not.toMatch(/aws-(?:access-key-id|secret-access-key)|AWS_SECRET|pull_request_target/);
    }
    const withToken = Object.entries(stage.jobs).filter(([, job]) => job.permissions?.['id-token'] === 'write');
    expect(withToken.map(([name]) => name)).toEqual(['diff', 'deploy']);
    // A value that is put into a script by its text could add a command.
    for (const { jobs } of [ci, deploy, stage])
      for (const { run } of Object.values(jobs).flatMap(({ steps }) => steps))
        expect(run.replaceAll('${{ inputs.stage }}', '')).not.toContain('${{');
  });

  test('runs only scripts that exist, and keeps the source maps of the commit', () => {
    const runs = [deploy, stage].flatMap(({ jobs }) => Object.values(jobs).flatMap(({ steps }) => steps));
    const names = runs.flatMap(({ run }) => [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name));
    expect(names).toEqual(expect.arrayContaining(['source-maps', 'smoke', 'admin']));
    for (const name of names) expect(Object.keys(scripts)).toContain(name);
    const kept = deploy.jobs['source-maps']?.steps.find(({ uses }) => uses.startsWith('actions/upload-artifact'));
    expect(kept?.['with']).toMatchObject({ name: 'source-maps-${{ github.sha }}', path: 'source-maps/' });
    expect(deploy.jobs['prod']?.needs).toContain('source-maps');
  });
});

describe('a stage that the pipeline deploys', () => {
  const named = (context: Record<string, string>) => {
    const { node } = new RootConstruct();
    for (const [name, value] of Object.entries({ ...PLACE, ...context })) node.setContext(name, value);
    return readNamedStage(node);
  };

  test('is refused in one sentence when protection is required and it has none', () => {
    expect(named({ stage: 'prod', 'requires-protect': 'true' })).toEqual({
      kind: 'unknown',
      problem:
        'Stage prod is not protected, so the pipeline does not deploy it: after its first deploy by hand, run ' +
        'npm run admin -- protect --stage prod, and set protect: true in infra/stages.ts.',
    });
    expect(named({ stage: 'prod' }).kind).toBe('stage');
    expect(named({ stage: 'prod', 'requires-protect': 'true', protect: 'true' }).kind).toBe('stage');
  });
});

describe('the roles of the pipeline', () => {
  const { Resources } = synthesizeRoles('roles of the pipeline');
  const ofType = (type: string, among = Resources) => Object.entries(among).filter(([, { Type }]) => Type === type);
  const Role = z.looseObject({
    RoleName: z.string(),
    AssumeRolePolicyDocument: z.object({ Statement: z.array(z.unknown()) }),
  });
  const roles = ofType('AWS::IAM::Role').map(([, { Properties }]) => Role.parse(Properties));

  test.each([
    ['license-service-prod-diff', 'prod-diff'],
    ['license-service-prod-deploy', 'prod'],
  ])('let %s be taken by one environment of one repository alone', (name, environment) => {
    const role = roles.find(({ RoleName }) => RoleName === name);
    expect(role?.AssumeRolePolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': `repo:acme/licenses:environment:${environment}`,
          },
        },
      }),
    ]);
  });

  const policies = ofType('AWS::IAM::Policy');
  /** The names of the roles of the bootstrap that a role may take; `*` is for any region. */
  const assumed = (name: string): string[] => {
    const text = JSON.stringify(policies.find(([id]) => id.startsWith(name))?.[1]);
    return [...text.matchAll(/role\/(cdk-[^"]+)"/g)].map(([, role = '']) => role);
  };

  test('may take roles of the bootstrap alone, and that of the diff cannot deploy', () => {
    const role = (kind: string) => `cdk-hnb659fds-${kind}-role-123456789012-*`;
    expect(assumed('diff')).toEqual([role('lookup')]);
    expect(assumed('deploy')).toEqual(['deploy', 'file-publishing', 'lookup'].map(role));
    expect(JSON.stringify(policies)).not.toMatch(/"Action":"\*"|"Resource":"\*"/);
  });

  test('reach every region in which a stage with an edge and a second region has a stack', () => {
    const { stacks, others } = synthesize('prod with every stack');
    const regions = [...new Set([...stacks, ...others].map(({ region }) => region))];
    expect(regions.sort()).toEqual(['eu-central-1', 'eu-west-1', 'us-east-1']);
    const isCovered = (name: string): boolean =>
      assumed('deploy').some((pattern) => new RegExp(`^${pattern.replace('*', '[\\w-]+')}$`).test(name));
    for (const region of regions)
      for (const kind of ['deploy', 'file-publishing', 'lookup'])
        expect(isCovered(`cdk-hnb659fds-${kind}-role-123456789012-${region}`)).toBe(true);
  });

  test('use the provider that an account has already', () => {
    const providers = (among = Resources) => ofType('AWS::IAM::OIDCProvider', among).length;
    expect([providers(), providers(synthesizeRoles('roles with a provider').Resources)]).toEqual([1, 0]);
  });
});
