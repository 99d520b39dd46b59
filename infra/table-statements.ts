import { groupClasses, itemClasses, PLATFORMS_OWN } from '../lib/table/item-classes.ts';
import type { Grant, Verb } from './grant.ts';

/**
 * A policy's statement about the table: these actions, on the table or one of its indexes, on partition keys with and
 * without these patterns; `isWhole` for one that no condition narrows down.
 */
export type TableStatement = {
  actions: readonly string[];
  index?: string;
  like: readonly string[];
  unlike?: string;
  isWhole?: true;
};

const ACTIONS = {
  read: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'],
  readAcross: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'],
  query: ['dynamodb:Query'],
  find: ['dynamodb:Query'],
  put: ['dynamodb:PutItem'],
  putAcross: ['dynamodb:PutItem'],
  update: ['dynamodb:UpdateItem'],
  remove: ['dynamodb:DeleteItem'],
  check: ['dynamodb:ConditionCheckItem'],
  readAll: ['dynamodb:Scan', 'dynamodb:Query', 'dynamodb:BatchGetItem'],
} as const satisfies Record<Verb, readonly string[]>;

/**
 * A grant as statements (docs/decisions/0060-grants-by-class-of-item.md). A request is allowed if one of them allows
 * all of its keys.
 */
export function tableStatements({
  find = [],
  readAcross = [],
  putAcross = [],
  readAll,
  ...apart
}: Grant): TableStatement[] {
  const onItems = (Object.entries(apart) as [keyof typeof apart, (typeof apart)['read'] & {}][]).flatMap(
    ([verb, classes]) => {
      const patterns = classes.map((name) => itemClasses[name]);
      const [platforms, brands] = [patterns.filter(isPlatforms), patterns.filter((pattern) => !isPlatforms(pattern))];
      return [
        // A pattern that leaves the brand open must not reach what is the platform's.
        { actions: ACTIONS[verb], like: brands, unlike: PLATFORMS_OWN },
        { actions: ACTIONS[verb], like: platforms },
      ];
    },
  );
  const indexes = [...new Set(find.map((group) => groupClasses[group].index))];
  const onIndexes = indexes.flatMap((index) => {
    const patterns = find
      .filter((group) => groupClasses[group].index === index)
      .map((group) => groupClasses[group].pattern);
    return { actions: ACTIONS.find, index, like: patterns };
  });
  const across = [
    { actions: ACTIONS.readAcross, like: readAcross.map((name) => itemClasses[name]) },
    { actions: ACTIONS.putAcross, like: putAcross.map((name) => itemClasses[name]) },
  ];
  const whole: TableStatement[] = readAll === true ? [{ actions: ACTIONS.readAll, like: ['*'], isWhole: true }] : [];
  return [...onItems, ...onIndexes, ...across, ...whole].filter(({ like }) => like.length > 0);
}

const isPlatforms = (pattern: string): boolean => pattern.startsWith('@');
