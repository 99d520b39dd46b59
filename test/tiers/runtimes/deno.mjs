import { findFailures } from './checks.mjs';

console.log(JSON.stringify(await findFailures(JSON.parse(Deno.args[0]))));
