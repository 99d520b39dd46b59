/** How the name of a query parameter begins that refines a search by metadata: `metadata.plan=plus`. */
export const METADATA_FILTER = 'metadata.';

export const metadataNameIn = (parameter: string): string => parameter.slice(METADATA_FILTER.length);
