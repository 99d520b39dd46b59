type FormValue = string | FormValue[] | { [name: string]: FormValue };

/** Form fields as PHP reads them: `metadata[plan]=plus` is a field of an object, `tags[]=a` an entry of a list. */
export function parseForm(text: string): Record<string, unknown> {
  const fields = Object.create(null) as Record<string, FormValue>;
  for (const [name, value] of new URLSearchParams(text)) {
    const [, outer, brackets = ''] = /^([^[]+)((?:\[[^\]]*\])+)$/.exec(name) ?? [];
    const inner = [...brackets.matchAll(/\[([^\]]*)\]/g)].map((match) => String(match[1]));
    putFormValue(fields, outer === undefined ? [name] : [outer, ...inner], value);
  }
  return fields;
}

/** The last one wins where a name is given twice with different shapes. */
function putFormValue(fields: Record<string, FormValue>, path: readonly string[], value: string): void {
  let holder: FormValue[] | Record<string, FormValue> = fields;
  for (const [depth, name] of path.entries()) {
    const next = path[depth + 1];
    const at: string = Array.isArray(holder) ? String(holder.length) : name;
    const present: FormValue | undefined = (holder as Record<string, FormValue>)[at];
    const made: FormValue = next === undefined ? value : holderFor(present, next);
    (holder as Record<string, FormValue>)[at] = made;
    if (typeof made === 'object') holder = made;
  }
}

/** An empty name asks for a list, any other for an object; what is there already is kept where it is of that kind. */
function holderFor(present: FormValue | undefined, name: string): FormValue[] | Record<string, FormValue> {
  const isList = name === '';
  if (typeof present === 'object' && Array.isArray(present) === isList) return present;
  return isList ? [] : nameless();
}

/** Without a prototype, so that `__proto__` is a name like any other. */
const nameless = (): Record<string, FormValue> => Object.create(null) as Record<string, FormValue>;
