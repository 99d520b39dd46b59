import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificate } from './certificate.ts';
import { lastLines, start, stop, type Environment } from './processes.ts';
import { until } from './wait.ts';

const READY_WITHIN_MS = 60_000;
const ASKS_WITHIN_MS = 2_000;
const REGION = 'eu-west-1';
/** The emulator treats an access key that is an account number as the root user of that account. */
const ACCOUNT = '000000000000';
const SECRET = 'test';

/** Its own names, and those of AWS, which `outside.mjs` leads to it. */
const SUBJECTS = ['DNS:localhost', 'IP:127.0.0.1', `DNS:*.${REGION}.amazonaws.com`] as const;

/** The folder of this package's node 24 and CDK. */
const BIN = join(import.meta.dirname, '../node_modules/.bin');

const SCRIPT = join(import.meta.dirname, 'emulator.py');

/** Environment variables for every function, and a certificate that each trusts besides the emulator's. */
export type Outside = { env: Environment; certificate: string };

export type Emulator = {
  endpoint: string;
  /** The environment in which a program uses the emulator as AWS, without a real account. */
  env: Environment;
  /** The last lines of its output, to explain a failure. */
  output: () => string;
  stop: () => Promise<void>;
};

/**
 * Starts the emulator on a free port of loopback. It enforces TLS and IAM, and this process trusts its certificate from
 * then on.
 * @param python of the environment with the emulator
 * @param outside the public internet that the functions reach
 * @param folder for its data and the functions' code
 */
export async function startEmulator(python: string, folder: string, outside: Outside): Promise<Emulator> {
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  // The emulator wraps functions in a CommonJS script, which would be read as a module below this package.
  writeFileSync(join(folder, 'package.json'), '{}');
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  const log = join(folder, 'emulator.log');
  const trusted = join(folder, 'trusted.pem');
  const { certificate, key } = await makeCertificate(folder, 'emulator', SUBJECTS);
  writeFileSync(trusted, [certificate, outside.certificate].map((file) => readFileSync(file, 'utf8')).join(''));
  trust(certificate);
  const { child, output } = start(python, [SCRIPT], {
    env: {
      ...settings(folder, temporary, port),
      ...outside.env,
      MINISTACK_SSL_CERT: certificate,
      MINISTACK_SSL_KEY: key,
      NODE_EXTRA_CA_CERTS: trusted,
    },
    cwd: folder,
    log,
  });
  try {
    await until(`the emulator at ${endpoint} (its log: ${log})`, READY_WITHIN_MS, async () => {
      if (child.exitCode !== null) return false;
      const response = await fetch(`${endpoint}/_ministack/health`, { signal: AbortSignal.timeout(ASKS_WITHIN_MS) });
      return response.ok ? true : undefined;
    });
    if (child.exitCode !== null) throw new Error(`the emulator ended with ${child.exitCode}:\n${lastLines(output())}`);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return {
    endpoint,
    env: environmentOf(endpoint, certificate, folder),
    output: () => lastLines(output()),
    stop: () => stop(child),
  };
}

/** The functions inherit all of this, so it contains no variable of the current process but PATH. */
function settings(folder: string, temporary: string, port: number): Environment {
  return {
    PATH: `${BIN}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    TMPDIR: temporary,
    STATE_DIR: join(folder, 'state'),
    S3_DATA_DIR: join(folder, 's3'),
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    MINISTACK_REGION: REGION,
    MINISTACK_ACCOUNT_ID: ACCOUNT,
    LAMBDA_EXECUTOR: 'local',
    LAMBDA_ACCOUNT_CONCURRENCY: '10',
    LAMBDA_WARM_TTL_SECONDS: '60',
    // The host name that the emulator uses in queue URLs.
    AWS_ENDPOINT_URL: `https://localhost:${port}`,
    USE_SSL: '1',
    AUTH: 'true',
  };
}

/** The configuration with which SDK clients in this process use the emulator. */
export type Client = ReturnType<typeof clientOf>;

export function clientOf({ endpoint }: Emulator) {
  return { region: REGION, endpoint, credentials: { accessKeyId: ACCOUNT, secretAccessKey: SECRET } };
}

function environmentOf(endpoint: string, certificate: string, folder: string): Environment {
  return {
    PATH: `${BIN}:${process.env['PATH'] ?? ''}`,
    // Hides the AWS profile and caches of the current user.
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: ACCOUNT,
    AWS_SECRET_ACCESS_KEY: SECRET,
    AWS_REGION: REGION,
    AWS_CA_BUNDLE: certificate,
    NODE_EXTRA_CA_CERTS: certificate,
    CDK_DISABLE_CLI_TELEMETRY: '1',
  };
}

function trust(certificate: string): void {
  setDefaultCACertificates([...getCACertificates('bundled'), readFileSync(certificate, 'utf8')]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('loopback has no port');
  return address.port;
}
