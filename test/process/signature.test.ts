import { expect, test } from '@jest/globals';
import aws4 from 'aws4';
import fc from 'fast-check';
import { requestSigner } from '../../lib/process/signature.ts';

const region = 'eu-west-1';
const host = 'dynamodb.eu-west-1.amazonaws.com';

/** No local engine checks signatures, so a second implementation signs the same request. */
function signedByAws4(
  operation: string,
  body: string,
  now: Date,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
) {
  const headers = {
    'Content-Type': 'application/x-amz-json-1.0',
    'X-Amz-Target': `DynamoDB_20120810.${operation}`,
    'X-Amz-Date': now.toISOString().replaceAll(/[-:]|\.\d+/g, ''),
  };
  // aws4 signs the body's length too; ours leaves that header to node.
  const request = {
    service: 'dynamodb',
    region,
    method: 'POST',
    path: '/',
    host,
    headers,
    body,
    extraHeadersToIgnore: { 'content-length': true },
  };
  return aws4.sign(request, credentials).headers ?? {};
}

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const secret = fc.stringMatching(/^[A-Za-z0-9/+]{40}$/);
const day = fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });

test('requestSigner gives the same signature as aws4 for any body, date and credentials', () => {
  const sign = requestSigner({ name: 'dynamodb', target: 'DynamoDB_20120810', jsonVersion: '1.0' }, region, host);
  fc.assert(
    fc.property(
      text,
      day,
      secret,
      fc.option(secret, { nil: undefined }),
      (body, now, secretAccessKey, sessionToken) => {
        const credentials = {
          accessKeyId: 'AKIDEXAMPLE',
          secretAccessKey,
          ...(sessionToken === undefined ? {} : { sessionToken }),
        };
        const { authorization } = sign('BatchGetItem', body, now, credentials);
        expect(authorization).toBe(signedByAws4('BatchGetItem', body, now, credentials)['Authorization']);
      },
    ),
    { numRuns: 300 },
  );
});
