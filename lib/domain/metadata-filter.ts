/** A query parameter refines a search by metadata if its name begins so: `metadata.plan=plus`. */
export const METADATA_FILTER = 'metadata.';

export const metadataNameIn = (parameter: string): string => parameter.slice(METADATA_FILTER.length);
