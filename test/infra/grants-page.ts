import { groupClasses, itemClasses } from '../../lib/table/item-classes.ts';
import { functionsIn, grantsIn, statementsOfFunction, tableGrantsIn, tableIdIn, type TableGrant } from './policies.ts';
import type { Synthesized } from './synthesize.ts';

const INTRODUCTION = `# What each function may do

Written by \`npm run docs:grants\` from the template that \`cdk synth\` makes; a test compares the two.
\`infra/grants.ts\` declares each function's grants on the table. Every test runs the functions with them, and one test
finds grants that no function needs ([reasons and limits](decisions/0060-grants-by-class-of-item.md)).

*Callers* are the requests of every call with an API key: reads of \`api-key\`, \`brand\` and \`@api-key\`, updates of
the key's own item (its last use), of \`rate\` and \`@rate\`, and of \`@failed\` for an unknown key. A key of the wrong
kind is read before it is refused. *Vault* is \`secretsmanager:GetSecretValue\` on the data key's secret and
\`kms:Decrypt\` with its KMS key; a function with it also reads, and the very first time writes, the mark of that key,
\`@data-key\`.

A class is a pattern of an item's partition key: \`seats\` is \`*#seats#*\`, of any brand. Keys that begin with \`@\`
are the platform's ([all items](access-patterns.md#items)). *Reads* are \`GetItem\` and \`BatchGetItem\`; a query of an
index names the index's group. Each function may also write to its own log group, and all but the check may write
traces to X-Ray.

`;

const NAMES = new Map<string, string>([
  ...Object.entries(itemClasses).map(([name, pattern]): [string, string] => [pattern, name]),
  ...Object.entries(groupClasses).map(([name, { index, pattern }]): [string, string] => [
    `${index} ${pattern}`,
    `${index}: ${name}`,
  ]),
]);
const COLUMNS = {
  reads: 'GetItem',
  queries: 'Query',
  puts: 'PutItem',
  updates: 'UpdateItem',
  deletes: 'DeleteItem',
  'condition checks': 'ConditionCheckItem',
};

/** Shown as one word if all of it is granted. */
const CALLERS: Record<string, readonly string[]> = {
  GetItem: ['@api-key', 'api-key', 'brand'],
  UpdateItem: ['@api-key', '@failed', '@rate', 'api-key', 'rate'],
};
const VAULT = ['`kms:Decrypt` on DataKey', '`secretsmanager:GetSecretValue` on DataKeySecret'];

function folded(all: readonly string[], part: readonly string[], word: string): string[] {
  return part.length > 0 && part.every((one) => all.includes(one))
    ? [word, ...all.filter((one) => !part.includes(one))]
    : [...all];
}

function classesOf(grants: readonly TableGrant[], action: string): string {
  const names = grants
    .filter((grant) => grant.action === `dynamodb:${action}`)
    .flatMap(({ resource, like }) =>
      like.map((pattern) => `${/\/index\/(\w+)$/.exec(resource)?.[1] ?? ''} ${pattern}`.trim()),
    )
    .map((pattern) => NAMES.get(pattern) ?? pattern);
  const shown = folded([...new Set(names)].sort(), CALLERS[action] ?? [], '*callers*');
  return shown.map((name) => (name.startsWith('*') ? name : `\`${name}\``)).join(' ');
}

/** The actions on every item of the table, which fit in no column. */
const onWholeTable = (grants: readonly TableGrant[]): string[] =>
  grants.filter(({ like }) => like.includes('*')).map(({ action }) => `\`${action}\` on every item`);

/** Grants beside the table and the logs: the actions, and the kind of resource. */
function besides(grants: readonly string[], tableId: string): string {
  const others = grants.filter((grant) => !/^(?:logs|xray):/.test(grant) && !grant.includes(`\${${tableId}.Arn}`));
  const kinds = others.map((grant) =>
    grant
      .replace(`\${${tableId}.StreamArn}`, 'the table’s stream')
      .replace(/\$\{([A-Za-z]+?)[0-9A-F]{8}(?:\.\w+)?\}/, '$1')
      .replace(/^(\S+) on (.*)$/, '`$1` on $2'),
  );
  return folded(kinds, VAULT, '*vault*').join('<br>');
}

/** The page of docs, from the template of a stage; all stages have the same. */
export function grantsPage(synthesized: Synthesized): string {
  const tableId = tableIdIn(synthesized);
  const rows = functionsIn(synthesized)
    .sort()
    .map((name) => {
      const statements = statementsOfFunction(synthesized, name);
      const onTable = tableGrantsIn(statements, tableId);
      const byClass = onTable.filter(({ like }) => !like.includes('*'));
      const cells = Object.values(COLUMNS).map((action) => classesOf(byClass, action));
      const others = [...onWholeTable(onTable), besides(grantsIn(statements), tableId)];
      const last = others.filter((cell) => cell !== '').join('<br>');
      return `| \`${name}\` | ${[...cells, last].join(' | ')} |`.replaceAll(/ +/g, ' ');
    });
  const titles = ['function', ...Object.keys(COLUMNS), 'beside the table'];
  return `${INTRODUCTION}| ${titles.join(' | ')} |\n|${'---|'.repeat(titles.length)}\n${rows.join('\n')}\n`;
}
