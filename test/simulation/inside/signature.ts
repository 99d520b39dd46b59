import type { JsonService, Sign } from '../../../lib/process/signature.ts';

// Stands in for lib/process/signature.ts in a simulated container: the world checks no signature.

export const requestSigner =
  ({ target }: JsonService): Sign =>
  (operation) => ({ 'x-amz-target': `${target}.${operation}` });
