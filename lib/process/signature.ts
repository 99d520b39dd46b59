import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';

export type Credentials = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** A service that takes POSTs of AWS's JSON protocol (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html). */
export type JsonService = {
  /** Its name in host names and signatures. */
  name: string;
  /** The header `X-Amz-Target` without the operation. */
  target: string;
  jsonVersion: '1.0' | '1.1';
};

const hmac = (key: KeyObject, text: string) => createHmac('sha256', key).update(text);
const sha256 = (text: string): string => hash('sha256', text);

/** Returns all headers of a request. `now` is the time of AWS, which a wrong clock of this machine must not replace. */
export type Sign = (operation: string, body: string, now: Date, credentials: Credentials) => Record<string, string>;

/**
 * Signs requests with AWS Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). All are POSTs to `/`
 * without a query. The signing key is valid for a day and is cached.
 */
export function requestSigner({ name, target, jsonVersion }: JsonService, region: string, host: string): Sign {
  let kept: { date: string; secret: string; key: KeyObject } | undefined;
  // Kept as an object: from plain bytes, Node makes an object for each request.
  const signingKey = (date: string, secret: string): KeyObject => {
    if (kept?.date !== date || kept.secret !== secret) {
      const first = createSecretKey(Buffer.from(`AWS4${secret}`));
      const key = [date, region, name, 'aws4_request'].reduce(
        (above, text) => createSecretKey(hmac(above, text).digest()),
        first,
      );
      kept = { date, secret, key };
    }
    return kept.key;
  };
  return (operation, body, now, { accessKeyId, secretAccessKey, sessionToken }) => {
    const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '');
    const date = time.slice(0, 8);
    // Sorted by name, as the canonical request requires.
    const headers: Record<string, string> = {
      'content-type': `application/x-amz-json-${jsonVersion}`,
      host,
      'x-amz-date': time,
      ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
      'x-amz-target': `${target}.${operation}`,
    };
    const names = Object.keys(headers).join(';');
    const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
    const request = `POST\n/\n\n${lines.join('')}\n${names}\n${sha256(body)}`;
    const scope = `${date}/${region}/${name}/aws4_request`;
    const signature = hmac(
      signingKey(date, secretAccessKey),
      `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(request)}`,
    ).digest('hex');
    headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return headers;
  };
}
