/** List prices of AWS in us-east-1 in dollars, without free tiers and discounts, as of November 2026. */
export const prices = {
  apiRequest: 1.0 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** arm64. */
  lambdaGbSecond: 0.0000133334,
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  storedGbMonth: 0.25,
  /** Point-in-time recovery, for each GB of the table. */
  recoveryGbMonth: 0.2,
  logGb: 0.5,
  outGb: 0.09,
  busEvent: 1.0 / 1e6,
  queueRequest: 0.4 / 1e6,
  bucketGet: 0.4 / 1e6,
  bucketGbMonth: 0.023,
} as const;

/** The memory of the functions in prod, and the share of a CPU that it gives: 1,769 MB are one. */
export const MEMORY_MB = 512;
export const CPU_SHARE = MEMORY_MB / 1_769;

/** Times of DynamoDB within its region, published medians rounded up: they cannot be measured on one machine. */
export const TRIP_MS = { read: 5, write: 10, transaction: 25 } as const;

/** The gateway's line of each request in the access log, and the head of an answer, in bytes. */
export const ACCESS_LOG_BYTES = 330;
export const ANSWER_HEAD_BYTES = 500;

/** Defaults of AWS for an account and region, in what they count; each can be raised by asking, unless it says so. */
export const limits = {
  apiRequests: { name: 'HTTP API, requests a second', most: 10_000 },
  stageRequests: { name: 'the throttle of prod, requests a second', most: 5_000 },
  concurrency: { name: 'Lambda, calls at once', most: 1_000 },
  reserved: { name: 'reserved for checks in prod, calls at once', most: 100 },
  newTableReads: { name: 'a new table, read units a second (`warmThroughput` raises it)', most: 12_000 },
  newTableWrites: { name: 'a new table, write units a second (`warmThroughput` raises it)', most: 4_000 },
  tableReads: { name: 'a table, read units a second', most: 40_000 },
  tableWrites: { name: 'a table, write units a second', most: 40_000 },
} as const;
