import { describe, expect, test } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { stageNamed, stageNames } from '../../infra/stages.ts';
import { stageOf, synthesize } from './synthesize.ts';

describe('a stage', () => {
  test.each(['dev', 'staging', 'prod', 'e2e'])('named %s exists', (name) => {
    expect(stageNamed(name)).toMatchObject({ name });
  });

  test.each(['production', '', 'toString', 7])('that does not exist (%j) is refused by name, with the ones there are', (name) => {
    expect(stageNamed(name)).toEqual({ problem: `There is no stage ${JSON.stringify(name)}. Give one of dev, staging, prod, e2e: -c stage=dev` });
  });

  test('must be named', () => {
    expect(stageNamed(undefined)).toEqual({ problem: 'No stage is named. Give one of dev, staging, prod, e2e: -c stage=dev' });
  });

  test('is emulated only where nobody keeps anything', () => {
    expect(stageNames.map(stageOf).filter(({ emulated }) => emulated)).toEqual([expect.objectContaining({ name: 'e2e', keepsData: false })]);
  });

  test.each(stageNames)('named %s leaves nothing for cdk-nag to find', (name) => {
    expect(new AwsSolutionsChecks().validateScope(synthesize(name).stack)).toEqual({ success: true, violations: [] });
  });
});
