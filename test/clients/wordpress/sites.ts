import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One request to a site, as `site.php` reads it. */
export type SiteRequest = {
  kind?: 'page' | 'admin' | 'cron' | 'cli';
  address?: string;
  /** Calls while WordPress loads the plugins. */
  early?: string[];
  steps?: [step: string, args: unknown[]][];
  dial?: Record<string, string>;
  later_s?: number;
  /** The end of each range that chance picks from. */
  draws?: 'least' | 'most';
  blog?: number;
  /** The version of the plugin; 1.0.0 unless given. */
  installed?: string;
  patience_s?: number;
  clients?: string[];
  config?: Record<string, unknown>;
  env?: Record<string, string>;
};
type Verdict = { ok: boolean; code: string; detail: string };
export type SiteAnswer = {
  results: unknown[];
  early: unknown[];
  requests: { url: string; timeout: number }[];
  queries: number;
  writes: number;
  events: Record<string, number>;
  options: Record<string, { value: Record<string, unknown>; autoload: boolean }>;
  version: string;
};

/** Another PHP than the machine's, if a tier names one. */
export const PHP = process.env['PHP'] ?? 'php';

export const folder = mkdtempSync(join(tmpdir(), 'sites-'));
export const removeSites = (): void => rmSync(folder, { recursive: true });

/** A site with the client, whose options are a file. Each request is a PHP process of its own. */
export function openSite(name: string, config: Record<string, unknown>, address = `https://${name}.example`) {
  const state = join(folder, name);
  const request = (asked: SiteRequest = {}): Promise<SiteAnswer> =>
    new Promise((resolve, reject) => {
      const env = { ...process.env, ...asked.env };
      const flags = ['-d', 'display_errors=stderr', '-d', 'error_reporting=32767', 'test/clients/wordpress/site.php'];
      const child = execFile(PHP, flags, { env }, (error, stdout, stderr) => {
        if (error !== null || stderr !== '') {
          reject(
            new Error(`PHP is needed (apt-get install php-cli), and failed: ${stderr}${stdout}`, { cause: error }),
          );
          return;
        }
        resolve(JSON.parse(stdout) as SiteAnswer);
      });
      child.stdin?.end(JSON.stringify({ address, ...asked, state, config: { ...config, ...asked.config } }));
    });
  const step = async (name: string, args: unknown[], asked: SiteRequest = {}): Promise<Verdict> =>
    (await request({ kind: 'admin', ...asked, steps: [[name, args]] })).results[0] as Verdict;
  return {
    state,
    request,
    activate: (key: string, ...args: unknown[]) => step('activate', [key, ...args]),
    click: step,
    /** A visitor's page: what the plugin decides, and what that cost. */
    page: async (asked: SiteRequest = {}) => {
      const { results, requests, queries } = await request({
        ...asked,
        steps: [
          ['may_run', []],
          ['may_update', []],
        ],
      });
      return { mayRun: results[0], mayUpdate: results[1], requests: requests.length, queries };
    },
    cron: (asked: SiteRequest = {}) => request({ ...asked, kind: 'cron', steps: [['cron', []]] }),
    status: async (asked: SiteRequest = {}) =>
      (await request({ ...asked, kind: 'admin', steps: [['status', []]] })).results[0] as Record<string, unknown>,
  };
}
export type LicensedSite = ReturnType<typeof openSite>;
