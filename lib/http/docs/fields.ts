import type { JsonSchema, Parameter } from '../openapi/document.ts';
import { breakable, inline, markup, NOTHING, type Markup } from './markup.ts';

type Field = { name: string; schema: JsonSchema; required: boolean; description?: string | undefined };

export const parameterFields = (parameters: readonly Parameter[]): Markup => fieldList(parameters);

/** The fields of an object, or of what a list holds. `marksRequired` is for requests: an answer has all of its fields. */
export function schemaFields(schema: JsonSchema, marksRequired: boolean): Markup {
  const { properties, required = [] } = objectWithin(schema) ?? {};
  if (properties === undefined) return NOTHING;
  const fields = Object.entries(properties).map(([name, property]) => ({
    name,
    schema: typeof property === 'object' ? property : {},
    required: marksRequired && required.includes(name),
  }));
  return fields.length === 0 ? NOTHING : fieldList(fields, marksRequired);
}

const fieldList = (fields: readonly Field[], marksRequired = true): Markup =>
  markup`<dl class="fields">${fields.map((field) => fieldItem(field, marksRequired))}</dl>`;

function fieldItem({ name, schema, required, description }: Field, marksRequired: boolean): Markup {
  const about = description ?? schema.description;
  const inner = schemaFields(schema, marksRequired);
  return markup`<dt><code>${breakable(name)}</code> <span class="type">${typeOf(schema)}</span>${required ? markup` <span class="required">required</span>` : NOTHING}</dt>
<dd>${about === undefined ? NOTHING : markup`<p>${inline(about)}</p>`}${constraintsOf(schema)}${
    inner === NOTHING ? NOTHING : markup`<details><summary>Fields of <code>${name}</code></summary>${inner}</details>`
  }</dd>\n`;
}

/** The object whose fields a reader wants to see: itself, a list's entry, or the one branch of a choice that has any. */
function objectWithin(schema: JsonSchema): JsonSchema | undefined {
  if (schema.properties !== undefined) return schema;
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...[schema.items ?? []].flat()];
  for (const part of parts) {
    const found = typeof part === 'object' ? objectWithin(part) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export function typeOf(schema: JsonSchema): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(' or ');
  if (schema.type === 'array') {
    const items = [schema.items ?? {}].flat()[0];
    return `list of ${typeof items === 'object' ? typeOf(items) : 'anything'}`;
  }
  const type = [schema.type ?? []].flat().join(' or ');
  if (type === 'string') return stringType(schema);
  return type === '' ? 'anything' : type;
}

function stringType({ format }: JsonSchema): string {
  if (format === 'date-time') return 'time';
  return format === undefined ? 'string' : format === 'uuid' ? 'UUID' : format;
}

/** What a value must keep to, in words; patterns are left to the document itself. */
function constraintsOf(schema: JsonSchema): Markup {
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  const part = (schema.anyOf ?? []).find((choice) => choice.type !== 'null');
  const { minimum, maximum, maxLength, minItems, maxItems } = { ...part, ...schema };
  const facts = [
    ...(values === undefined
      ? []
      : [markup`One of ${joined(values.map((value) => markup`<code>${String(value)}</code>`))}`]),
    ...(isShown(schema.default)
      ? [
          markup`Default <code>${typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}</code>`,
        ]
      : []),
    ...(minimum !== undefined && maximum !== undefined
      ? [markup`${minimum} to ${maximum.toLocaleString('en-US')}`]
      : []),
    ...(maxLength === undefined ? [] : [markup`At most ${maxLength} characters`]),
    ...(maxItems === undefined ? [] : [markup`${minItems ?? 0} to ${maxItems} entries`]),
  ];
  return facts.length === 0 ? NOTHING : markup`<p class="facts">${joined(facts, ' · ')}</p>`;
}

/** An empty default says no more than that the field may be left out. */
const isShown = (value: unknown): boolean =>
  value !== undefined && !['""', '{}', '[]', 'null'].includes(JSON.stringify(value));

const joined = (parts: readonly Markup[], by = ', '): Markup[] =>
  parts.map((part, index) => (index === 0 ? part : markup`${by}${part}`));
