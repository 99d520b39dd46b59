import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CONTEXT_WITHOUT_BUNDLING } from './synthesize-stage.ts';
import { WITHOUT_VALIDATION } from './synthesize.ts';

const outdir = mkdtempSync(join(tmpdir(), 'license-service-app-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Runs the app like the CDK's command line, with the runtime that cdk.json names, without credentials. */
function runApp(stage: string | undefined, folder: string): { status: number | null; stderr: string } {
  const { app } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { app: string };
  const [program = '', ...args] = app.split(' ');
  const env = {
    PATH: process.env['PATH'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    CDK_OUTDIR: folder,
    ...WITHOUT_VALIDATION,
    CDK_CONTEXT_JSON: JSON.stringify({ ...CONTEXT_WITHOUT_BUNDLING, stage }),
  };
  return spawnSync(program, args, { env, encoding: 'utf8' });
}

describe('the CDK app', () => {
  let dev: ReturnType<typeof runApp>;
  beforeAll(() => {
    dev = runApp('dev', outdir);
  });

  test('synthesizes the stage it is given', () => {
    expect(dev).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(outdir, 'license-service-dev-service.template.json'), 'utf8')).toContain(
      'AWS::ApiGatewayV2::Route',
    );
  });

  test.each([
    ['unknown', 'nope', 'There is no stage "nope".'],
    ['missing', undefined, 'No stage is named.'],
  ])('lists the stages in one line if the named stage is %s', (_, stage, trouble) => {
    expect(runApp(stage, join(outdir, 'refused'))).toMatchObject({
      status: 1,
      stderr: `${trouble} Give one of dev, staging, prod, e2e: -c stage=dev\n`,
    });
  });

  test('fails to deploy without credentials, with an error that names the missing account', () => {
    expect(dev).toMatchObject({ status: 0 });
    const cdk = join('node_modules', '.bin', 'cdk');
    // No credentials of this machine either: no profile, and no cloud metadata service.
    const env = { PATH: process.env['PATH'], HOME: outdir, AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'eu-west-1' };
    const { status, stderr } = spawnSync(cdk, ['deploy', '--all', '--app', outdir, '--require-approval', 'never'], {
      env,
      encoding: 'utf8',
    });
    expect({ status, says: stderr.includes('Unable to resolve AWS account to use') }).toEqual({
      status: 1,
      says: true,
    });
  });
});
