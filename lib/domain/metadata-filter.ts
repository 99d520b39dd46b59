/** A query parameter with this beginning filters a search by metadata: `metadata.plan=plus`. */
export const METADATA_FILTER = 'metadata.';

export const metadataNameIn = (parameter: string): string => parameter.slice(METADATA_FILTER.length);
