/** The parts of an answer that a client of AWS reads. */
export type HttpAnswer = { status: number; date: string | undefined; errorType: string | undefined; text: string };

/** Reads one answer as its bytes arrive. */
export type AnswerReader = {
  /** True once the answer is whole. Throws if the bytes are not HTTP. */
  take: (bytes: Buffer) => boolean;
  /** The connection has ended: true if the answer's length was given by that. */
  end: () => boolean;
  /** The answer, once it is whole. */
  answer: () => HttpAnswer;
  /** True if another answer may follow over the connection. */
  keepsConnection: () => boolean;
};

type Head = { status: number; fields: ReadonlyMap<string, string>; keeps: boolean };
/** Takes the bytes of a body. Returns the number of bytes that are left over once it is whole. */
type Body = { take: (bytes: Buffer) => number | undefined; endsWithConnection: boolean };

/** As Node's own parser allows. */
const MOST_HEAD_BYTES = 16 * 1_024;
const END_OF_HEAD = '\r\n\r\n';
const BEGINS = 'HTTP/1.';

/** An answer of HTTP/1.1 by https://www.rfc-editor.org/rfc/rfc9112. No request is a HEAD, which has rules of its own. */
export function openAnswer(): AnswerReader {
  const parts: Buffer[] = [];
  let before: Buffer | undefined;
  let head: Head | undefined;
  let body: Body | undefined;
  let left: number | undefined;

  const take = (bytes: Buffer): boolean => {
    if (body !== undefined) {
      left = body.take(bytes);
      return left !== undefined;
    }
    const known = before === undefined ? bytes : Buffer.concat([before, bytes]);
    const end = known.indexOf(END_OF_HEAD);
    if (end > MOST_HEAD_BYTES || (end < 0 && known.length > MOST_HEAD_BYTES)) throw notHttp('its head is too long');
    if (end < 0) {
      if (!BEGINS.startsWith(known.toString('latin1', 0, BEGINS.length))) throw notHttp('it begins with no status');
      before = known;
      return false;
    }
    before = undefined;
    const read = readHead(known.toString('latin1', 0, end));
    const rest = known.subarray(end + END_OF_HEAD.length);
    // Interim answers such as 100 and 103 come before the real one.
    if (read.status < 200) return rest.length > 0 && take(rest);
    head = read;
    body = openBody(read, parts);
    left = body.take(rest);
    return left !== undefined;
  };

  return {
    take,
    end: () => body?.endsWithConnection === true,
    answer: () => {
      const [only] = parts;
      const whole = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
      const { status = 0, fields } = head ?? {};
      const text = whole.toString('utf8');
      return { status, date: fields?.get('date'), errorType: fields?.get('x-amzn-errortype'), text };
    },
    // Bytes that nobody asked for would be taken for the answer to the next request.
    keepsConnection: () => head?.keeps === true && left === 0,
  };
}

function readHead(text: string): Head {
  const lines = text.split('\r\n');
  const [, minor, status] = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/.exec(lines[0] ?? '') ?? [];
  if (status === undefined) throw notHttp('it begins with no status');
  // From here on the other side speaks another protocol, so no answer will come.
  if (status === '101') throw hangUp();
  const fields = new Map<string, string>();
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon < 0 || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) throw notHttp('a line of its head is no field');
    const value = line.slice(colon + 1).trim();
    const known = fields.get(name);
    fields.set(name, known === undefined || known === value ? value : `${known}, ${value}`);
  }
  const keeps = minor === '1' && !/\bclose\b/i.test(fields.get('connection') ?? '');
  return { status: Number(status), fields, keeps };
}

/** The length of a body is given by its parts, by a number, or by the end of the connection (section 6.3). */
function openBody({ status, fields }: Head, parts: Buffer[]): Body {
  const coding = fields.get('transfer-encoding');
  const length = fields.get('content-length');
  if (status === 204 || status === 304) return openSized(0, parts);
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked' || length !== undefined) throw notHttp('its length is not clear');
    return openChunks(parts);
  }
  if (length === undefined) return openUnsized(parts);
  if (!/^\d{1,10}$/.test(length)) throw notHttp('its length is no number');
  return openSized(Number(length), parts);
}

function openSized(length: number, parts: Buffer[]): Body {
  let missing = length;
  return {
    endsWithConnection: false,
    take: (bytes) => {
      const part = bytes.length > missing ? bytes.subarray(0, missing) : bytes;
      parts.push(part);
      missing -= part.length;
      return missing === 0 ? bytes.length - part.length : undefined;
    },
  };
}

function openUnsized(parts: Buffer[]): Body {
  return {
    endsWithConnection: true,
    take: (bytes) => {
      parts.push(bytes);
      return undefined;
    },
  };
}

/** A body in chunks, each after a line with its size; fields may follow the last one, which is empty (section 7.1). */
function openChunks(parts: Buffer[]): Body {
  let line = '';
  let missing = 0;
  let expects: 'size' | 'data' | 'end of data' | 'trailer' = 'size';

  const readLine = (text: string): boolean => {
    if (expects === 'trailer') return text === '';
    if (expects === 'end of data') {
      if (text !== '') throw notHttp('a chunk is longer than it says');
      expects = 'size';
      return false;
    }
    const [, size] = /^([\da-f]{1,8})[ \t]*(?:;.*)?$/i.exec(text) ?? [];
    if (size === undefined) throw notHttp('the size of a chunk is no number');
    missing = parseInt(size, 16);
    expects = missing === 0 ? 'trailer' : 'data';
    return false;
  };

  return {
    endsWithConnection: false,
    take: (bytes) => {
      let at = 0;
      while (at < bytes.length) {
        if (expects === 'data') {
          const part = bytes.subarray(at, at + missing);
          parts.push(part);
          at += part.length;
          missing -= part.length;
          if (missing === 0) expects = 'end of data';
          continue;
        }
        const end = bytes.indexOf('\n', at);
        line += bytes.toString('latin1', at, end < 0 ? bytes.length : end);
        if (line.length > MOST_HEAD_BYTES) throw notHttp('a line between its chunks is too long');
        if (end < 0) return undefined;
        at = end + 1;
        const whole = line;
        line = '';
        if (!whole.endsWith('\r')) throw notHttp('a line between its chunks has no end');
        if (readLine(whole.slice(0, -1))) return bytes.length - at;
      }
      return undefined;
    },
  };
}

/** The error of a connection that ended without an answer. */
export const hangUp = (): Error => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });

/** The code begins as those of Node's own parser do. */
const notHttp = (why: string): Error =>
  Object.assign(new Error(`the answer is not HTTP: ${why}`), { code: 'HPE_ANSWER' });
