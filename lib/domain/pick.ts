/** The named fields of an object, in the order of the names; missing ones are left out. */
export const pick = <T extends object, K extends keyof T>(names: readonly K[], from: T): Pick<T, K> =>
  Object.fromEntries(names.flatMap((name) => (name in from ? [[name, from[name]]] : []))) as Pick<T, K>;

/** The named fields of an input that were given. */
export const pickGiven = <T extends object, K extends keyof T>(
  names: readonly K[],
  from: T,
): { [N in K]?: Exclude<T[N], undefined> } =>
  Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]]))) as {
    [N in K]?: Exclude<T[N], undefined>;
  };
