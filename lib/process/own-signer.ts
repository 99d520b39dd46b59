import { redact } from '../domain/redact.ts';
import { readConfig, readProofConfig } from './config.ts';
import { openLeanLogger } from './lean-logger.ts';
import { makeOnce } from './make-once.ts';
import { openSecret } from './secrets.ts';
import { openSigner } from './signer.ts';

/** The signer of this container and the address that it signs for; undefined in a function that signs nothing. */
export const findOwnSigner = makeOnce(() => {
  const config = readProofConfig();
  const logger = openLeanLogger(readConfig(), { isTraced: false });
  const onFault = (error: unknown): void => {
    const fault = error instanceof Error ? { name: error.name, message: redact(error.message) } : undefined;
    logger.error({
      event: 'signing_keys.unavailable',
      message: 'The signing keys cannot be read. Answers go out without a proof or a signature.',
      error: fault,
    });
  };
  return (
    config && { baseUrl: config.baseUrl, signer: openSigner(openSecret(config.signingKeys, config.region), onFault) }
  );
});
