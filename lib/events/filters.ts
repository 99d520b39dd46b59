import { secondNames } from '../domain/event-name.ts';
import { catalog } from './catalog.ts';

/** Every type of event, by the name that the journal and the bus give it. */
export const EVENT_TYPES = Object.keys(catalog);

/** All types of one noun, each as `license.*`. */
export const EVENT_NOUNS = [...new Set(EVENT_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*`))];

/** Every name of an event that may be asked for, second names included. */
export const EVENT_NAMES: readonly string[] = [...EVENT_TYPES, ...secondNames];

/** What a filter by type takes: a search for events, an endpoint's choice (beside `*`), a replay. */
export const EVENT_FILTERS: readonly string[] = [...EVENT_NOUNS, ...EVENT_NAMES];
