import { SECOND_MS } from './time.ts';
import { MOST_ROWS_PER_SECOND } from './import-record.ts';

/** A product's licenses are counted in one index, so they are not written faster. */
const MOST_PER_PRODUCT = 500;

/** The speed of an import follows its own limit, the products in its file, and the brand's other imports. */
type Pace = { rows_per_second: number; products: number; running: number };

/** The imports of a brand that run at once share what the brand may write. */
export const computeRate = ({ rows_per_second, products, running }: Pace): number =>
  Math.min(rows_per_second, MOST_PER_PRODUCT * Math.max(1, products), MOST_ROWS_PER_SECOND / Math.max(1, running));

/** The time until which this many rows may take. */
export const findEndMs = (pace: Pace, rows: number, startMs: number): number =>
  startMs + (rows / computeRate(pace)) * SECOND_MS;
