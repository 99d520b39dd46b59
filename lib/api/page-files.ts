/**
 * The files that the API page loads, with their paths in the repository. The function of the page contains them.
 */
export const PAGE_FILES = {
  'swagger-ui.css': { from: 'node_modules/swagger-ui-dist/swagger-ui.css', type: 'text/css; charset=utf-8' },
  'swagger-ui-bundle.js': {
    from: 'node_modules/swagger-ui-dist/swagger-ui-bundle.js',
    type: 'text/javascript; charset=utf-8',
  },
  'api-page.css': { from: 'lib/http/api-page/browser/api-page.css', type: 'text/css; charset=utf-8' },
  'api-page.js': { from: 'lib/http/api-page/browser/api-page.js', type: 'text/javascript; charset=utf-8' },
} as const satisfies Record<string, { from: string; type: string }>;

export type PageFile = keyof typeof PAGE_FILES;
