import type { Vault } from './vault.ts';

const refuseUse = (): never => {
  throw new Error('the data key is not open for this call: see `vault` in the route table');
};

/** The vault of a call that has not opened the data key. */
export const CLOSED_VAULT: Vault = {
  encrypt: refuseUse,
  decrypt: refuseUse,
  keyedHash: refuseUse,
  sign: refuseUse,
  mark: refuseUse,
};
