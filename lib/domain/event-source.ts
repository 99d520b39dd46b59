/** The source of every event on the bus. Rules select by it and by the type. */
export const EVENT_SOURCE = 'license-service';
