import { expect, test } from '@jest/globals';
import aws4 from 'aws4';
import { requestSigner, type JsonService } from '../../lib/process/signature.ts';
import { fc } from '../support/run/properties.ts';

const region = 'eu-west-1';

/** The two services that the lean client speaks to. Their JSON has different versions. */
const services: JsonService[] = [
  { name: 'dynamodb', target: 'DynamoDB_20120810', jsonVersion: '1.0' },
  { name: 'secretsmanager', target: 'secretsmanager', jsonVersion: '1.1' },
];

const hostOf = (name: string): string => `${name}.${region}.amazonaws.com`;

/** No local engine checks signatures, so a second implementation signs the same request. */
function signedByAws4(
  { name, target, jsonVersion }: JsonService,
  operation: string,
  body: string,
  now: Date,
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
) {
  const headers = {
    'Content-Type': `application/x-amz-json-${jsonVersion}`,
    'X-Amz-Target': `${target}.${operation}`,
    'X-Amz-Date': now.toISOString().replaceAll(/[-:]|\.\d+/g, ''),
  };
  // aws4 signs the body's length too; ours leaves that header to node.
  const request = {
    service: name,
    region,
    method: 'POST',
    path: '/',
    host: hostOf(name),
    headers,
    body,
    extraHeadersToIgnore: { 'content-length': true },
  };
  return aws4.sign(request, credentials).headers ?? {};
}

const text = fc.string({ unit: 'grapheme', maxLength: 200 });
const secret = fc.stringMatching(/^[A-Za-z0-9/+]{40}$/);
const day = fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true });

test.each(services)('a request to $name has the signature of aws4, for any body, date and credentials', (service) => {
  const sign = requestSigner(service, region, hostOf(service.name));
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
        const { authorization } = sign('SomeOperation', body, now, credentials);
        expect(authorization).toBe(signedByAws4(service, 'SomeOperation', body, now, credentials)['Authorization']);
      },
    ),
    { numRuns: 300 },
  );
});

test('a request has the headers that its service reads', () => {
  const [, secretsManager] = services;
  if (!secretsManager) throw new Error('a service is missing');
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
  const now = new Date('2027-02-03T04:05:06.789Z');
  const sign = requestSigner(secretsManager, region, hostOf('secretsmanager'));
  expect(sign('GetSecretValue', '{}', now, credentials)).toEqual({
    'content-type': 'application/x-amz-json-1.1',
    host: 'secretsmanager.eu-west-1.amazonaws.com',
    'x-amz-date': '20270203T040506Z',
    'x-amz-security-token': 'token',
    'x-amz-target': 'secretsmanager.GetSecretValue',
    authorization: expect.stringContaining('AKIDEXAMPLE/20270203/eu-west-1/secretsmanager/aws4_request'),
  });
});
