/** The world's storage, which a container reaches in place of S3. */
declare module 'simulated:storage' {
  export const ask: (operation: string, input: object, signal?: AbortSignal) => Promise<unknown>;
}
