/** The parts of an answer that a client of AWS reads. */
export type HttpAnswer = { status: number; date: string | undefined; errorType: string | undefined; text: string };

/** Reads one answer as its bytes arrive. */
export type AnswerReader = {
  /** Returns the answer once it is whole. Throws if the bytes are not HTTP. */
  take: (bytes: Buffer) => HttpAnswer | undefined;
  /** Returns the answer if its length is given by the end of the connection, which has come. */
  end: () => HttpAnswer | undefined;
  /** True if another answer may follow over the connection of this one, which is whole. */
  keeps: () => boolean;
};

/** As Node's own parser allows. */
const MOST_HEAD_BYTES = 16 * 1_024;
const BEGINS = 'HTTP/1.';
const END_OF_HEAD = '\r\n\r\n';

/** The length of a body with chunks is 0, and of one that ends with the connection Infinity. */
type Head = { bytes: number; status: number; fields: ReadonlyMap<string, string>; isChunked: boolean; length: number };

/** An answer of HTTP/1.1 by https://www.rfc-editor.org/rfc/rfc9112. Those to HEAD, which have rules of their own, are none. */
export function openAnswer(): AnswerReader {
  let parts: Buffer[] = [];
  let size = 0;
  let head: Head | undefined;
  let isAlone = false;

  const join = (): Buffer => {
    const [first, ...more] = parts;
    const whole = first !== undefined && more.length === 0 ? first : Buffer.concat(parts);
    parts = [whole];
    return whole;
  };
  const finish = ({ status, fields }: Head, body: Buffer, rest: number): HttpAnswer => {
    // Bytes that nobody asked for would be taken for the answer to the next request.
    isAlone = rest === 0 && !/\bclose\b/i.test(fields.get('connection') ?? '');
    return { status, date: fields.get('date'), errorType: fields.get('x-amzn-errortype'), text: body.toString() };
  };

  return {
    take: (bytes) => {
      parts.push(bytes);
      size += bytes.length;
      // Interim answers such as 100 and 103 come before the real one.
      while (head === undefined || head.status < 200) {
        const known = join();
        const read = readHead(known);
        if (read === undefined) return undefined;
        head = read;
        size -= read.bytes;
        parts = [known.subarray(read.bytes)];
      }
      if (size < head.length) return undefined;
      const body = join();
      if (!head.isChunked) return finish(head, body.subarray(0, head.length), size - head.length);
      const read = readChunks(body);
      return read === undefined ? undefined : finish(head, read.data, size - read.bytes);
    },
    end: () => (head?.length === Infinity ? finish(head, join(), 1) : undefined),
    keeps: () => isAlone,
  };
}

/** Undefined if more bytes are needed. */
function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf(END_OF_HEAD);
  const text = bytes.toString('latin1', 0, end < 0 ? undefined : end);
  if (text.length > MOST_HEAD_BYTES || !text.startsWith(BEGINS.slice(0, text.length))) throw notHttp();
  if (end < 0) return undefined;
  const [first, ...lines] = text.split('\r\n');
  const [, minor, status] = match(/^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/, String(first));
  // From here on the other side speaks another protocol, so no answer will come.
  if (status === '101') throw hangUp();
  const fields = new Map(minor === '0' ? [['connection', 'close']] : []);
  for (const line of lines) {
    const [, field, text] = match(/^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/, line);
    const [name, value] = [String(field).toLowerCase(), String(text)];
    const known = fields.get(name);
    fields.set(name, known === undefined || known === value ? value : `${known}, ${value}`);
  }
  return { bytes: end + END_OF_HEAD.length, status: Number(status), fields, ...readLength(Number(status), fields) };
}

/** The length is given by chunks, by a number, or by the end of the connection (section 6.3). */
function readLength(status: number, fields: ReadonlyMap<string, string>): Pick<Head, 'isChunked' | 'length'> {
  const coding = fields.get('transfer-encoding');
  const length = fields.get('content-length');
  if (status < 200 || status === 204 || status === 304) return { isChunked: false, length: 0 };
  if (coding === undefined)
    return { isChunked: false, length: Number(match(/^\d{1,10}$|^Infinity$/, length ?? 'Infinity')[0]) };
  if (length !== undefined) throw notHttp();
  match(/^chunked$/i, coding);
  return { isChunked: true, length: 0 };
}

/** Reads chunks, each after a line with its size; fields may follow the last one, which is empty (section 7.1). */
function readChunks(bytes: Buffer): { data: Buffer; bytes: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const size = parseInt(match(/^[\da-f]{1,8}(?=[ \t]*(?:;|$))/i, bytes.toString('latin1', at, end))[0], 16);
    if (size === 0) {
      const last = bytes.indexOf(END_OF_HEAD, end);
      return last < 0 ? undefined : { data: Buffer.concat(parts), bytes: last + END_OF_HEAD.length };
    }
    parts.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
    if (bytes.length < at) return undefined;
    match(/^\r\n$/, bytes.toString('latin1', at - 2, at));
  }
}

function match(pattern: RegExp, text: string): RegExpExecArray {
  const found = pattern.exec(text);
  if (found === null) throw notHttp();
  return found;
}

/** The code begins as those of Node's own parser do. */
const notHttp = (): Error => Object.assign(new Error('the answer is not HTTP'), { code: 'HPE_ANSWER' });

/** The error of a connection that ended without an answer. */
export const hangUp = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
