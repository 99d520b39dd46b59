import { findFailures } from './checks.mjs';

export default {
  fetch: async (request) => Response.json(await findFailures(await request.json())),
};
