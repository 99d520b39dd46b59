/* Starts Swagger UI with a filter over paths and titles, and with samples in curl, PHP and JavaScript. */
'use strict';

const operations = document.getElementById('operations');

/** Keeps the theme that the reader's system asks for. Swagger UI has a dark theme, but does not choose it alone. */
const dark = matchMedia('(prefers-color-scheme: dark)');
const applyTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
applyTheme();
dark.addEventListener('change', applyTheme);

/** Filters operations by tag, title, path, method and operation id. Every word must occur. */
function filterOperations(taggedOperations, phrase) {
  const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
  return taggedOperations
    .map((group, tag) =>
      group.update('operations', (all) =>
        all.filter((operation) => {
          const text = [
            tag,
            operation.get('method'),
            operation.get('path'),
            operation.getIn(['operation', 'summary']),
            operation.getIn(['operation', 'operationId']),
          ]
            .join(' ')
            .toLowerCase();
          return words.every((word) => text.includes(word));
        }),
      ),
    )
    .filter((group) => group.get('operations').size > 0);
}

const filterPlugin = (system) => ({
  fn: { opsFilter: filterOperations },
  wrapComponents: {
    // The filter of operations does not reach webhooks: they are shown when one of their types contains the phrase.
    Webhooks: (Original) => (props) => {
      const phrase = system.layoutSelectors.currentFilter();
      const types = Object.keys(system.specSelectors.specJson().get('webhooks')?.toJS() ?? {});
      const isWanted = typeof phrase !== 'string' || types.some((type) => type.includes(phrase.trim().toLowerCase()));
      return isWanted ? system.React.createElement(Original, props) : null;
    },
  },
  components: {
    FilterContainer: ({ layoutSelectors, layoutActions }) => {
      const { createElement } = system.React;
      const current = layoutSelectors.currentFilter();
      return createElement(
        'form',
        { role: 'search', className: 'operation-filter wrapper', onSubmit: (event) => event.preventDefault() },
        createElement('label', { htmlFor: 'operation-filter' }, 'Find an operation'),
        createElement('input', {
          id: 'operation-filter',
          type: 'search',
          placeholder: 'activate, /licenses, webhook secret …',
          value: typeof current === 'string' ? current : '',
          onChange: (event) => layoutActions.updateFilter(event.target.value || true),
        }),
      );
    },
  },
});

/** Folds the guide, so that the page begins with its operations. */
const guidePlugin = () => ({
  wrapComponents: {
    InfoContainer: (Original, system) => (props) =>
      system.React.createElement(
        'details',
        { className: 'guide wrapper' },
        system.React.createElement(
          'summary',
          null,
          'Guide: credentials, times, retries, rate limits, lists and problems',
        ),
        system.React.createElement(Original, props),
      ),
  },
});

/** The headers of a request without those that a client sets itself. */
const headersOf = (request) =>
  Object.entries(request.get('headers')?.toJS() ?? {}).filter(([name]) => name.toLowerCase() !== 'accept');

function bodyOf(request) {
  const body = request.get('body');
  if (body === undefined || body === null || body === '') return undefined;
  return typeof body === 'string' ? body : JSON.stringify(body.toJS?.() ?? body, null, 2);
}

const quoteForShell = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const quoteForPhp = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;

function curlSample(request) {
  const method = request.get('method');
  const body = bodyOf(request);
  return [
    `curl ${method === 'GET' ? '' : `-X ${method} `}${quoteForShell(request.get('url'))}`,
    ...headersOf(request).map(([name, value]) => `-H ${quoteForShell(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`-d ${quoteForShell(body)}`]),
  ].join(' \\\n  ');
}

function phpSample(request) {
  const body = bodyOf(request);
  const headers = headersOf(request).map(([name, value]) => `    ${quoteForPhp(name)} => ${quoteForPhp(value)},`);
  return [
    `$response = wp_remote_request(${quoteForPhp(request.get('url'))}, [`,
    `  'method' => ${quoteForPhp(request.get('method'))},`,
    ...(headers.length === 0 ? [] : ["  'headers' => [", ...headers, '  ],']),
    ...(body === undefined ? [] : [`  'body' => ${quoteForPhp(body)},`]),
    "  'timeout' => 10,",
    ']);',
    '$answer = json_decode(wp_remote_retrieve_body($response), true);',
  ].join('\n');
}

function javascriptSample(request) {
  const body = bodyOf(request);
  const headers = headersOf(request).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  return [
    `const response = await fetch(${JSON.stringify(request.get('url'))}, {`,
    `  method: ${JSON.stringify(request.get('method'))},`,
    ...(headers.length === 0 ? [] : ['  headers: {', ...headers, '  },']),
    ...(body === undefined ? [] : [`  body: ${JSON.stringify(body)},`]),
    '});',
    'const answer = await response.json();',
  ].join('\n');
}

const SAMPLES = {
  curl: { title: 'curl', syntax: 'bash', write: curlSample },
  php: { title: 'PHP (WordPress)', syntax: 'php', write: phpSample },
  javascript: { title: 'JavaScript', syntax: 'javascript', write: javascriptSample },
};

/** The request of an operation with the values of its examples, before anybody has tried it out. */
function exampleRequest(system, path, method) {
  const spec = system.specSelectors.specJson().toJS();
  const operation = spec.paths[path][method];
  const parameters = Object.fromEntries(
    (operation.parameters ?? []).flatMap(({ name, example }) => (example === undefined ? [] : [[name, example]])),
  );
  const [contentType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const request = system.fn.buildRequest({
    spec,
    operationId: operation.operationId,
    parameters,
    ...(contentType === undefined ? {} : { requestContentType: contentType, requestBody: content.example }),
  });
  if (operation.security?.length > 0) request.headers['X-API-Key'] = 'YOUR_API_KEY';
  const { href } = new URL(request.url, location.href);
  return system.Im.fromJS({ ...request, url: href, method: request.method.toUpperCase() });
}

/** Shows the samples in every operation, not only after it was tried out. */
const samplesPlugin = () => ({
  fn: Object.fromEntries(
    Object.entries(SAMPLES).map(([language, { write }]) => [`requestSnippetGenerator_${language}`, write]),
  ),
  wrapComponents: {
    responses: (Original, system) => (props) => {
      const { createElement, Fragment } = system.React;
      const RequestSnippets = system.getComponent('RequestSnippets', true);
      const { path, method } = props;
      const isTriedOut = Boolean(system.specSelectors.requestFor(path, method));
      const samples = isTriedOut ? null : exampleRequest(system, path, method);
      return createElement(
        Fragment,
        null,
        samples && createElement('div', { className: 'samples' }, createElement(RequestSnippets, { request: samples })),
        createElement(Original, props),
      );
    },
  },
});

/** Shows the problem that the address names. The operations above it have moved it since the page was loaded. */
function showNamedProblem() {
  const code = location.hash.slice(1);
  const problem = /^\w+$/.test(code) ? document.getElementById(code) : null;
  problem?.scrollIntoView();
}

window.addEventListener('load', () => {
  globalThis.SwaggerUIBundle({
    domNode: operations,
    url: '/openapi.json',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 2,
    displayRequestDuration: true,
    filter: true,
    requestSnippetsEnabled: true,
    requestSnippets: {
      generators: Object.fromEntries(
        Object.entries(SAMPLES).map(([language, { title, syntax }]) => [language, { title, syntax }]),
      ),
      defaultExpanded: true,
      languages: Object.keys(SAMPLES),
    },
    validatorUrl: null,
    plugins: [filterPlugin, guidePlugin, samplesPlugin],
    presets: [globalThis.SwaggerUIBundle.presets.apis],
    onComplete: showNamedProblem,
  });
});
