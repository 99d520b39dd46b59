import type { GatewayRoute } from './route.ts';

/** The pages of the console, which one function makes. They are no part of the API and of its documents. */
export const consoleRoutes: readonly GatewayRoute[] = [
  { operation: 'console', method: 'ANY', path: '/console', auth: 'none', function: 'console' },
  { operation: 'console_pages', method: 'ANY', path: '/console/{proxy+}', auth: 'none', function: 'console' },
];

/** The files that the pages load, with their paths in the repository. The function contains them. */
export const CONSOLE_FILES = {
  'console.css': { from: 'lib/console/browser/console.css', type: 'text/css; charset=utf-8' },
  'forms.css': { from: 'lib/console/browser/forms.css', type: 'text/css; charset=utf-8' },
  'console.js': { from: 'lib/console/browser/console.js', type: 'text/javascript; charset=utf-8' },
  'console.svg': { from: 'lib/console/browser/console.svg', type: 'image/svg+xml' },
  'htmx.js': { from: 'node_modules/htmx.org/dist/htmx.min.js', type: 'text/javascript; charset=utf-8' },
} as const satisfies Record<string, { from: string; type: string }>;
