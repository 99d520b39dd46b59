/* Starts Swagger UI with a filter over paths and titles, and with samples in curl, PHP and JavaScript. */
'use strict';

const page = document.getElementById('api');

/** Keeps the theme that the reader's system asks for. Swagger UI has a dark theme, but does not choose it alone. */
const dark = matchMedia('(prefers-color-scheme: dark)');
const applyTheme = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
applyTheme();
dark.addEventListener('change', applyTheme);

/** The words of a text, without apostrophes and other signs: `List a license's events` has the word `licenses`. */
const wordsOf = (text) =>
  text
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** Says if each word of a phrase begins a word of the texts: `activate` does not find `deactivate`. */
function containsWords(texts, phrase) {
  const words = wordsOf(texts.join(' '));
  return wordsOf(phrase).every((wanted) => words.some((word) => word.startsWith(wanted)));
}

/** Filters operations by tag, method, path, title and operation id. */
function filterOperations(taggedOperations, phrase) {
  return taggedOperations
    .map((group, tag) =>
      group.update('operations', (all) =>
        all.filter((one) => {
          const names = [one.getIn(['operation', 'summary']), one.getIn(['operation', 'operationId'])];
          return containsWords([tag, one.get('method'), one.get('path'), ...names], phrase);
        }),
      ),
    )
    .filter((group) => group.get('operations').size > 0);
}

/** Swagger UI's own filter leaves out webhooks. */
function filterWebhooks(webhooks, phrase) {
  return Object.fromEntries(Object.entries(webhooks).filter(([type]) => containsWords(['webhook', type], phrase)));
}

function phraseIn({ layoutSelectors }) {
  const filter = layoutSelectors.currentFilter();
  return typeof filter === 'string' ? filter : '';
}

const filterPlugin = (system) => ({
  fn: { opsFilter: filterOperations },
  wrapComponents: {
    operations: (Original) => (props) => {
      const { createElement } = system.React;
      const isEmpty = filterOperations(system.specSelectors.taggedOperations(), phraseIn(system)).size === 0;
      return isEmpty
        ? createElement('p', { role: 'status' }, 'No operation has these words.')
        : createElement(Original, props);
    },
    Webhooks: (Original) => (props) => {
      const selectors = system.specSelectors;
      const webhooks = filterWebhooks(selectors.selectWebhooksOperations(), phraseIn(system));
      const specSelectors = { ...selectors, selectWebhooksOperations: () => webhooks };
      return system.React.createElement(Original, { ...props, specSelectors });
    },
  },
  components: {
    FilterContainer: ({ layoutActions }) => {
      const { createElement } = system.React;
      return createElement(
        'form',
        { role: 'search', className: 'operation-filter wrapper', onSubmit: (event) => event.preventDefault() },
        createElement('h2', null, 'Operations'),
        createElement('label', { htmlFor: 'operation-filter' }, 'Find an operation'),
        createElement('input', {
          id: 'operation-filter',
          type: 'search',
          placeholder: 'activate, /licenses, webhook secret …',
          value: phraseIn(system),
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

/** A JSON body as an object literal, which is easier to change than a string. */
function javascriptBody(body) {
  try {
    return `JSON.stringify(${JSON.stringify(JSON.parse(body), null, 2).replaceAll('\n', '\n  ')})`;
  } catch {
    return JSON.stringify(body);
  }
}

function javascriptSample(request) {
  const body = bodyOf(request);
  const headers = headersOf(request).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},`);
  return [
    `const response = await fetch(${JSON.stringify(request.get('url'))}, {`,
    `  method: ${JSON.stringify(request.get('method'))},`,
    ...(headers.length === 0 ? [] : ['  headers: {', ...headers, '  },']),
    ...(body === undefined ? [] : [`  body: ${javascriptBody(body)},`]),
    '});',
    'const answer = await response.json();',
  ].join('\n');
}

const SAMPLES = {
  curl: { title: 'curl', write: curlSample },
  php: { title: 'PHP (WordPress)', write: phpSample },
  javascript: { title: 'JavaScript', write: javascriptSample },
};

/** The language that the reader chose last, for the samples that are opened next. */
let lastLanguage = 'curl';

/** Replaces Swagger UI's snippets, whose tabs no keyboard reaches and whose colors do not follow the dark theme. */
function samplesComponent({ React: { createElement, useState } }) {
  return ({ request }) => {
    const [language, setLanguage] = useState(lastLanguage);
    const [copied, setCopied] = useState('');
    const text = SAMPLES[language].write(request);
    const choose = (name) => {
      lastLanguage = name;
      setLanguage(name);
    };
    const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(text));
    const languages = Object.entries(SAMPLES).map(([name, { title }]) => {
      const onClick = () => choose(name);
      return createElement('button', { key: name, type: 'button', 'aria-pressed': name === language, onClick }, title);
    });
    const copyLabel = copied === text ? 'Copied' : 'Copy';
    return createElement(
      'section',
      { className: 'samples', 'aria-label': 'Samples' },
      createElement('h4', null, 'Samples'),
      createElement(
        'div',
        { className: 'sample-buttons' },
        ...languages,
        createElement('button', { type: 'button', className: 'copy', onClick: copy, 'aria-live': 'polite' }, copyLabel),
      ),
      createElement('pre', { tabIndex: 0 }, text),
    );
  };
}

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
const samplesPlugin = (system) => ({
  components: { RequestSnippets: samplesComponent(system) },
  wrapComponents: {
    responses: (Original) => (props) => {
      const { createElement, Fragment } = system.React;
      const { path, method } = props;
      const isTriedOut = Boolean(system.specSelectors.requestFor(path, method));
      const Samples = system.getComponent('RequestSnippets');
      return createElement(
        Fragment,
        null,
        isTriedOut ? null : createElement(Samples, { request: exampleRequest(system, path, method) }),
        createElement(Original, props),
      );
    },
  },
});

/** There is one server, and an operation is opened by a button, in which no link may lie. */
const plainPlugin = ({ React: { createElement } }) => ({
  wrapComponents: {
    ServersContainer: () => () => null,
    DeepLink:
      () =>
      ({ text }) =>
        createElement('span', null, text),
  },
});

/** Swagger UI leaves fields without a name, skips a level of headings, and no keyboard scrolls its boxes. */
function mendFields() {
  for (const field of page.querySelectorAll('select:not([aria-label]), textarea:not([aria-label])'))
    if (field.labels.length === 0) field.setAttribute('aria-label', field.matches('select') ? 'Example' : 'Body');
  for (const box of page.querySelectorAll('pre:not([tabindex])')) box.tabIndex = 0;
  page.querySelector('.models > h4:not([aria-level])')?.setAttribute('aria-level', '3');
}

/** Shows the problem that the address names. The operations above it have moved it since the page was loaded. */
function showNamedProblem() {
  const code = location.hash.slice(1);
  const problem = /^\w+$/.test(code) ? document.getElementById(code) : null;
  problem?.scrollIntoView();
}

window.addEventListener('load', () => {
  new MutationObserver(mendFields).observe(page, { childList: true, subtree: true });
  globalThis.SwaggerUIBundle({
    domNode: page,
    url: '/openapi.json',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    defaultModelExpandDepth: 2,
    displayRequestDuration: true,
    filter: true,
    requestSnippetsEnabled: true,
    validatorUrl: null,
    plugins: [filterPlugin, guidePlugin, samplesPlugin, plainPlugin],
    presets: [globalThis.SwaggerUIBundle.presets.apis],
    onComplete: showNamedProblem,
  });
});
