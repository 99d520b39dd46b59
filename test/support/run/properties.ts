import fc from 'fast-check';

/** CI sets `PROPERTY_SEED`, so that it judges a commit by the same inputs each time. `npm test` draws new ones. */
const seed = process.env['PROPERTY_SEED'];
if (seed !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

export { fc };
