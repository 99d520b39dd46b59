// The buckets that the functions of routes and jobs use, as pure data.

/** The bucket of files that come in and go out, and the variables from which a function reads its address. */
export const files = { variables: { bucket: 'FILES_BUCKET', endpoint: 'FILES_ENDPOINT' } } as const;

/**
 * The bucket of packages. Uploads arrive as drafts. Accepted packages are kept apart, where nobody can upload.
 * `endpoint` is set on one machine only.
 */
export const bucket = {
  variables: { name: 'PACKAGE_BUCKET_NAME', endpoint: 'PACKAGE_BUCKET_ENDPOINT' },
  drafts: 'drafts/',
  packages: 'packages/',
  /** Storage tells of each new object on the account's own bus. */
  events: { source: 'aws.s3', type: 'Object Created', queue: 'package-uploads' },
} as const;

/**
 * The bucket of the histories of licenses that were cancelled long ago, and the variables from which a function reads
 * its address. `afterMonths` is the stage's setting. `isCopy` says that the bucket is the copy in a second region.
 */
export const historyBucket = {
  variables: {
    bucket: 'HISTORY_BUCKET',
    endpoint: 'HISTORY_ENDPOINT',
    isCopy: 'HISTORY_IS_COPY',
    afterMonths: 'ARCHIVE_CANCELLED_AFTER_MONTHS',
  },
} as const;
