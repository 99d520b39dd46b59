import { secondNames } from '../domain/event-name.ts';
import { catalog, type EventType } from './catalog.ts';

/** Every type of event, by its name in the journal and on the bus. */
export const EVENT_TYPES = Object.keys(catalog) as EventType[];

/** All types of one noun, each as `license.*`. */
export const EVENT_NOUNS = [...new Set(EVENT_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*`))];

/** Every event name that a subscriber may use, second names included. */
export const EVENT_NAMES = [...EVENT_TYPES, ...secondNames] as const;

/**
 * The values of a filter by type, in a search for events, an endpoint's subscription (which also allows `*`) and a
 * replay.
 */
export const EVENT_FILTERS: readonly string[] = [...EVENT_NOUNS, ...EVENT_NAMES];
