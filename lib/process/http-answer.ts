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

/** Visible characters, blanks and tabs. */
const IS_TEXT = /^[\t -~\x80-\xff]*$/;

/** The length of a body with chunks is 0, and of one that ends with the connection Infinity. */
type Head = { bytes: number; status: number; fields: ReadonlyMap<string, string>; isChunked: boolean; length: number };

/** An answer of HTTP/1.1 by https://www.rfc-editor.org/rfc/rfc9112. Those to HEAD, which have rules of their own, are none. */
export function openAnswer(): AnswerReader {
  let parts: Buffer[] = [];
  let size = 0;
  /** The size from which on there is something to read. */
  let needed = 0;
  let head: Head | undefined;
  const chunks: Buffer[] = [];
  let isAlone = false;

  const join = (): Buffer => {
    const [first, ...more] = parts;
    const whole = first !== undefined && more.length === 0 ? first : Buffer.concat(parts);
    parts = [whole];
    return whole;
  };
  const drop = (whole: Buffer, bytes: number): void => {
    parts = [whole.subarray(bytes)];
    size -= bytes;
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
        head = readHead(known);
        if (head === undefined) return undefined;
        drop(known, head.bytes);
        needed = head.length;
      }
      if (size < needed) return undefined;
      const body = join();
      if (!head.isChunked) return finish(head, body.subarray(0, head.length), size - head.length);
      const read = readChunks(body, chunks);
      drop(body, read.bytes);
      needed = read.needed;
      return needed === 0 ? finish(head, Buffer.concat(chunks), size) : undefined;
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
  const [, minor, status] = match(/^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t -~\x80-\xff]*)?$/, String(first));
  // From here on the other side speaks another protocol, so no answer will come.
  if (status === '101') throw hangUp();
  const fields = new Map(minor === '0' ? [['connection', 'close']] : []);
  readFields(lines, fields);
  return { bytes: end + END_OF_HEAD.length, status: Number(status), fields, ...readLength(Number(status), fields) };
}

function readFields(lines: readonly string[], fields: Map<string, string>): void {
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    const text = line.slice(colon + 1);
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !IS_TEXT.test(text)) throw notHttp();
    const value = text.trim();
    const known = fields.get(name);
    fields.set(name, known === undefined || known === value ? value : `${known}, ${value}`);
  }
}

/** The length is given by chunks, by a number, or by the end of the connection (section 6.3). */
function readLength(status: number, fields: ReadonlyMap<string, string>): Pick<Head, 'isChunked' | 'length'> {
  const coding = fields.get('transfer-encoding');
  const length = fields.get('content-length');
  if (status < 200 || status === 204 || status === 304) return { isChunked: false, length: 0 };
  if (coding === undefined)
    return { isChunked: false, length: length === undefined ? Infinity : Number(match(/^\d{1,10}$/, length)[0]) };
  if (length !== undefined) throw notHttp();
  match(/^chunked$/i, coding);
  return { isChunked: true, length: 0 };
}

/**
 * Moves whole chunks to `chunks`, each after a line with its size; fields may follow the last one, which is empty
 * (section 7.1). Returns how many bytes it has read, and how many others it needs to go on: 0 after the last chunk.
 */
function readChunks(bytes: Buffer, chunks: Buffer[]): { bytes: number; needed: number } {
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at);
    if (end < 0) return { bytes: at, needed: oneMore(bytes.length - at) };
    const line = bytes.toString('latin1', at, end);
    oneMore(line.length);
    const size = parseInt(match(/^[\da-f]{1,8}(?=[ \t]*(?:;[\t -~\x80-\xff]*)?$)/i, line)[0], 16);
    if (size === 0) {
      const last = bytes.indexOf(END_OF_HEAD, end);
      if (last < 0) return { bytes: at, needed: oneMore(bytes.length - at) };
      if (last > end) readFields(bytes.toString('latin1', end + 2, last).split('\r\n'), new Map());
      return { bytes: last + END_OF_HEAD.length, needed: 0 };
    }
    const next = end + 2 + size + 2;
    if (bytes.length < next) return { bytes: at, needed: next - at };
    match(/^\r\n$/, bytes.toString('latin1', next - 2, next));
    chunks.push(bytes.subarray(end + 2, next - 2));
    at = next;
  }
}

/** Throws if a line, or the last fields, are too long. Returns one byte more than they have so far. */
function oneMore(size: number): number {
  if (size > MOST_HEAD_BYTES) throw notHttp();
  return size + 1;
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
