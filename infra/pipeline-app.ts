import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { PipelineRoles } from './pipeline-roles.ts';

const Given = z.object({
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,19}$/),
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
  account: z.string().regex(/^\d{12}$/),
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/),
  provider: z.string().startsWith('arn:').optional(),
});

/** Makes the roles of the pipeline of one stage (docs/pipeline.md). */
const app = new App();
const names = Object.keys(Given.shape);
const given = Given.safeParse(Object.fromEntries(names.map((name) => [name, app.node.tryGetContext(name) as unknown])));
if (given.success) {
  const { account, region, provider, ...rest } = given.data;
  new PipelineRoles(app, { ...rest, provider, env: { account, region } });
} else {
  const faults = given.error.issues.map(({ path }) => `-c ${path.join('.')}=…`);
  console.error(`Missing or wrong: ${faults.join(', ')} (docs/pipeline.md).`);
  process.exitCode = 1;
}
