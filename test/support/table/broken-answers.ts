import { answerRaw, type Answer } from './stand-in.ts';

export const ITEM = '{"Item":{"pk":{"S":"TEST#thing"}}}';
const head = (status: number, more = '', length?: number): string =>
  [
    `HTTP/1.1 ${status} Given`,
    'content-type: application/x-amz-json-1.0',
    ...(length === undefined ? [] : [`content-length: ${length}`]),
    ...(more === '' ? [] : [more]),
    '\r\n',
  ].join('\r\n');
const whole = (status: number, body: string, more = ''): string => head(status, more, Buffer.byteLength(body)) + body;
const raw =
  (text: string, staysOpen = false): Answer =>
  (outgoing) =>
    answerRaw(outgoing, text, staysOpen);
const ADDRESS = 'http://internal.amazon.com/coral/com.amazonaws.dynamodb/';

export const answerCut = raw(head(200, '', 500) + ITEM.slice(0, 12));
export const answerWhole = raw(whole(200, ITEM));

/** Each broken answer, how a read ends that gets no other, and the number of requests. Both wires are held to it. */
const list: [fault: string, answer: Answer, ends: string, requests: 1 | 3][] = [
  ['is cut in the middle', answerCut, 'Unavailable', 3],
  ['is cut between two chunks', raw(`${head(200, 'transfer-encoding: chunked')}4\r\n{"It\r\n`), 'Unavailable', 3],
  ['is shorter than its content-length', raw(head(200, '', 500) + ITEM, true), 'Unavailable', 3],
  ['is longer than its content-length', raw(`${whole(200, ITEM)}more`, true), 'answer', 1],
  ['is JSON that its content-length cuts', raw(head(200, '', 12) + ITEM, true), 'Unavailable', 1],
  ['is a page with 200', raw(whole(200, '<html>Sign in</html>')), 'Unavailable', 1],
  ['is a page with 302', raw(whole(302, '<html>Sign in</html>', 'location: /sign-in')), 'Unavailable', 1],
  ['is a page with 403', raw(whole(403, '<html>Forbidden</html>')), 'Unavailable', 1],
  ['is a page with 429', raw(whole(429, '<html>Too many requests</html>')), 'Unavailable', 3],
  ['is a page with 502', raw(whole(502, '<html>Bad gateway</html>')), 'Unavailable', 3],
  ['is empty with 200', raw(whole(200, '')), 'Unavailable', 1],
  ['is empty with 400', raw(whole(400, '')), 'Unknown', 1],
  ['is empty with 429', raw(whole(429, '')), 'Unavailable', 3],
  ['is empty with 500', raw(whole(500, '')), 'Unavailable', 3],
  ['is empty with 503', raw(whole(503, '')), 'Unavailable', 3],
  ['is no HTTP', raw('220 mail.example.com ESMTP\r\n'), 'Unavailable', 1],
  [
    'names an error by its header alone',
    raw(whole(400, '', `x-amzn-errortype: ResourceNotFoundException:${ADDRESS}`)),
    'ResourceNotFoundException',
    1,
  ],
  ['names throttling by its header alone', raw(whole(400, '', 'x-amzn-errortype: Throttling')), 'Unavailable', 3],
  ['names an error by its code', raw(whole(400, '{"code":"ValidationException"}')), 'ValidationException', 1],
  [
    'switches the protocol',
    raw('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', true),
    'Unavailable',
    3,
  ],
  ['names no error in its JSON', raw(whole(400, '{"name":"TimeoutError","message":"m"}')), 'Unknown', 1],
  ['is a reset', (outgoing) => outgoing.socket?.resetAndDestroy(), 'Unavailable', 3],
];

export const brokenAnswers = list.map(
  ([fault, answer, ends, requests]) => [fault, { answer, ends, requests }] as const,
);
