/** A faulty command line: ends with 2. */
export class Usage extends Error {}

/** The service or the operator declined: ends with 1. */
export class Refused extends Error {}

/** A server could not be asked, so nothing is known. */
export class CannotAsk extends Error {}
