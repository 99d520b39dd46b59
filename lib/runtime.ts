import { readFile } from 'node:fs/promises';
import { now } from './clock.ts';
import { readConfig } from './config.ts';
import { openLogger } from './logger.ts';
import { openMetrics } from './metrics.ts';
import type { Runtime } from './context.ts';
import { sdkWire } from './table/sdk-wire.ts';
import { openVault, type Vault } from './vault.ts';

/** What a function has from its container: made at the first request, kept for all later ones. */
export function openRuntime(): Runtime {
  const config = readConfig();
  let vault: Promise<Vault> | undefined;
  return {
    stage: config.stage,
    tableName: config.tableName,
    wire: sdkWire({
      region: config.region,
      requestHandler: { connectionTimeout: 500, requestTimeout: 1500, throwOnRequestTimeout: true },
      ...(config.endpoint === undefined
        ? {}
        : { endpoint: config.endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
    }),
    logger: openLogger(config),
    metrics: openMetrics(config),
    now,
    vault() {
      vault ??= readDataKey(config.dataKey, config.region).then(openVault);
      // A failed look-up must not be remembered for the life of the container.
      vault.catch(() => (vault = undefined));
      return vault;
    },
  };
}

async function readDataKey(source: ReturnType<typeof readConfig>['dataKey'], region: string): Promise<Buffer> {
  if (source === undefined) throw new Error('neither DATA_KEY_SECRET_ARN nor DATA_KEY_FILE is set');
  if ('file' in source) return readFile(source.file);
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const secret = await new SecretsManagerClient({ region }).send(
    new GetSecretValueCommand({ SecretId: source.secretArn }),
  );
  if (secret.SecretString === undefined) throw new Error('the secret of the data key is empty');
  return Buffer.from(secret.SecretString);
}
