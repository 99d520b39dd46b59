import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openCdk } from './cdk.ts';
import { clientOf, startEmulator, type Emulator } from './emulator.ts';
import { installEmulator } from './install.ts';
import { killAll } from './processes.ts';
import { prove } from './prove.ts';
import { startReceiver, type Receiver } from './receiver.ts';
import { LeftOut, openReport } from './report.ts';

const HELP = `npm run test:deploy [-- --keep]

Proves that the service deploys: starts a local emulator of AWS, bootstraps it and deploys stage e2e with the CDK's own
command line, makes the first key with npm run admin, makes the calls of the main job over HTTP through the deployed API
and functions, follows events from the table's stream by the bus to a queue and to a webhook receiver, lets two deploys
fail halfway and repeats them, deploys a second version over the first without losing an item, and takes all down.

It needs python3 with venv, openssl and, the first time, a way to PyPI; no Docker and no AWS account. It takes some
minutes. If the emulator cannot be installed, one line says that this was left out, and it ends with 0. Everything it
writes is under .local/deploy/.
  --keep    keep the folder of this run (logs, state) when it ends well, too
  --help    this text
`;

const root = join(import.meta.dirname, '..');
const stateFolder = join(root, '.local/deploy');

async function main(args: readonly string[]): Promise<number> {
  const { keep, help } = parseArgs({
    args: [...args],
    options: { keep: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  }).values;
  if (help === true) {
    console.log(HELP);
    return 0;
  }
  mkdirSync(stateFolder, { recursive: true });
  const folder = mkdtempSync(join(stateFolder, 'run-'));
  const report = openReport();
  let emulator: Emulator | undefined;
  let receiver: Receiver | undefined;
  let ended = false;
  try {
    const python = await report.step('the emulator of AWS is installed', (note) => installEmulator(stateFolder, note));
    receiver = await startReceiver(folder);
    const { outside } = receiver;
    emulator = await report.step(
      'the emulator starts on loopback only',
      () => startEmulator(python, folder, outside),
      ({ endpoint }) => endpoint,
    );
    await prove({
      report,
      emulator,
      receiver,
      folder,
      root,
      cdk: openCdk(emulator, folder, root),
      client: clientOf(emulator),
    });
    report.summary('the service deploys');
    ended = true;
    return 0;
  } catch (error) {
    return failed(error, folder);
  } finally {
    await emulator?.stop();
    receiver?.stop();
    if (ended && keep !== true) rmSync(folder, { recursive: true, force: true });
  }
}

function failed(error: unknown, folder: string): number {
  if (error instanceof LeftOut) {
    console.log(`!!! LEFT OUT: npm run test:deploy. ${error.message}. Nothing about the deploy is proven by this run.`);
    rmSync(folder, { recursive: true, force: true });
    return 0;
  }
  console.log(error instanceof Error ? `FAILED: ${error.message}` : error);
  console.log(`The logs of this run are in ${folder}.`);
  return 1;
}

process.on('exit', killAll);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => {
    console.log(`stopped by ${signal}; the emulator goes too`);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
