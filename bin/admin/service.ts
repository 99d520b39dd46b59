import { createClient, isProblem, NoAnswer, type Problem } from '../../clients/typescript/src/index.ts';
import { Refused } from './failures.ts';

export type Body = Record<string, unknown>;
type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** The service's API, called with a platform key. */
export type Service = {
  baseUrl: string;
  call: (method: Method, path: string, body?: Body) => Promise<Body>;
  /** Every entry of a list, page by page. */
  all: (path: string, noun: string, query?: Record<string, string>) => Promise<Body[]>;
};

const WITHIN_MS = 30_000;

/** @param onProgress called with the number of entries of a long list so far */
export function openService(baseUrl: string, apiKey: string, onProgress: (found: number) => void): Service {
  const client = createClient({ url: baseUrl, apiKey, timeoutMs: WITHIN_MS });
  const describe = (error: unknown): never => {
    throw describeFailure(error, baseUrl);
  };
  return {
    baseUrl,
    call: (method, path, body) => client.request(method, path, body).catch(describe) as Promise<Body>,
    all: async (path, noun, query = {}) => {
      const entries: Body[] = [];
      try {
        for await (const page of client.requestPages(path, { ...query, limit: 100 }).pages()) {
          if (Array.isArray(page[noun])) entries.push(...(page[noun] as Body[]));
          if (typeof page['next_cursor'] === 'string') onProgress(entries.length);
        }
      } catch (error) {
        describe(error);
      }
      return entries;
    },
  };
}

/** The error in the words of a command line. */
function describeFailure(error: unknown, baseUrl: string): unknown {
  if (isProblem(error)) return describeProblem(error);
  if (!(error instanceof NoAnswer)) return error;
  const { status } = error;
  return new Refused(
    status === undefined
      ? `Nothing answers at ${new URL(baseUrl).origin}. Check that the service runs there.` +
          ' On this machine, start it with npm start.'
      : `The answer has the status ${status} and does not come from this service. Check the address.`,
    { cause: error },
  );
}

function describeProblem({ code, detail, requestId, errors }: Problem): Refused {
  const faults = errors.map(({ pointer, message }) => ` ${pointer} ${message}.`).join('');
  const advice = ADVICE[code];
  return new Refused(`${detail}${faults}${advice === undefined ? '' : ` ${advice}`} (${code}, request ${requestId})`);
}

/** Advice for problems that the answer itself cannot give. */
const ADVICE: Record<string, string> = {
  api_key_invalid:
    'Put an API key of the platform into CLS_API_KEY. npm run admin -- create-platform-key creates the first one.',
  wrong_kind_of_key: 'The commands need an API key of the platform, not of a brand.',
};
