// Keeps what axe found on each page, as reports/axe.json for programs and reports/axe.txt for people.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('../../reports/', import.meta.url));
/** The parts of an address that differ between runs: ids, and the sign-ins of the local identity provider. */
const VARYING = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=^\/people\/)[^/]+/g;

/** Rules with the number of elements and the reason that axe gives for the first of them. */
const shorten = (rules) =>
  rules.map(({ id, impact, help, helpUrl, nodes }) => {
    const [reason] = nodes.flatMap(({ any, all, none }) => [...any, ...all, ...none]);
    return { id, impact, help, helpUrl, elements: nodes.length, reason: reason?.message };
  });

export function openAxeReport() {
  const pages = [];
  let engine = 'axe did not run';

  /** `results` are those of `axe.run()`. */
  function add({ url, testEngine, testEnvironment, violations, passes, incomplete }, { title, isDark }) {
    engine = `${testEngine.name} ${testEngine.version}`;
    pages.push({
      page: new URL(url).pathname.replaceAll(VARYING, '{id}'),
      title,
      width: testEnvironment.windowWidth,
      colors: isDark ? 'dark' : 'light',
      violations: shorten(violations),
      incomplete: shorten(incomplete),
      passes: passes.map(({ id }) => id),
    });
  }

  /** Writes both files, and the one for people into the folder of the documents if it is named; gives the sums. */
  function write(documents) {
    const sum = (kind) => pages.reduce((all, page) => all + page[kind].length, 0);
    const counts = `${sum('violations')} rules broken, ${sum('incomplete')} undecided, ${sum('passes')} kept`;
    const sums = `${engine} looked ${pages.length} times at a page: ${counts}`;
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(`${FOLDER}axe.json`, `${JSON.stringify({ engine, pages }, undefined, 2)}\n`);
    const text = `${[sums, '', ...pages.flatMap(linesOf)].join('\n')}\n`;
    for (const folder of [FOLDER, documents]) if (folder !== undefined) writeFileSync(`${folder}axe.txt`, text);
    return sums;
  }
  return { add, write };
}

function linesOf({ page, title, width, colors, violations, incomplete, passes }) {
  const name = (what) => (rule) =>
    `  ${what}: ${rule.id}, ${rule.elements} elements, such as: ${rule.reason ?? rule.help}`;
  const counts = `${violations.length} broken, ${incomplete.length} undecided, ${passes.length} kept`;
  return [
    `${page} (${title}; ${width} px, ${colors}): ${counts}`,
    ...violations.map(name('broken')),
    ...incomplete.map(name('undecided')),
  ];
}
