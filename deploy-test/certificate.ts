import { join } from 'node:path';
import { succeed } from './processes.ts';

const MAKES_WITHIN_MS = 30_000;

/** PEM files. */
export type Certificate = { certificate: string; key: string };

/**
 * Makes a certificate that only this run trusts.
 * @param name of its files
 * @param subjects the names it is for, as OpenSSL writes them, such as `DNS:localhost`
 */
export async function makeCertificate(
  folder: string,
  name: string,
  subjects: readonly [string, ...string[]],
): Promise<Certificate> {
  const made = { certificate: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
  const files = ['-keyout', made.key, '-out', made.certificate];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${subjects.join(',')}`, '-days', '2'];
  await succeed({
    what: `the certificate of the ${name}`,
    program: 'openssl',
    args: ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, ...subject],
    env: { PATH: process.env['PATH'] ?? '', HOME: folder },
    log: join(folder, 'openssl.log'),
    withinMs: MAKES_WITHIN_MS,
  });
  return made;
}
