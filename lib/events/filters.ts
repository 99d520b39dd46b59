import { catalog } from './catalog.ts';

/** Every type of event, by name. */
export const EVENT_TYPES = Object.keys(catalog);

/** All types of one noun, each as `license.*`. */
export const EVENT_NOUNS = [...new Set(EVENT_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*`))];

/** What the parameter `type` of a search for events takes. */
export const EVENT_FILTERS: readonly string[] = [...EVENT_NOUNS, ...EVENT_TYPES];
