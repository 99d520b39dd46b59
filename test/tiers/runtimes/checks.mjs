// Tries the TypeScript client in every runtime. It is bundled with the client, so that nothing of Node helps.
import {
  createClient,
  ProofRefused,
  readTrustedKeys,
  verifyProof,
  webhooks,
} from '../../../clients/typescript/src/index.ts';
import vectors from '../../../clients/vectors/proofs.json';

const resultOf = async (verified) => {
  try {
    await verified;
    return 'ok';
  } catch (error) {
    if (error instanceof ProofRefused) return error.reason;
    throw error;
  }
};

/** The sentences that do not hold. `url` refuses the first call, and answers the second. */
export async function findFailures({ url, message }) {
  const failures = [];
  const hold = (sentence, holds) => {
    if (!holds) failures.push(sentence);
  };
  const roots = vectors.roots.map(({ x }) => x);
  for (const { name, key_set, held_version: version, now, result } of vectors.key_sets)
    hold(`key set: ${name}`, (await resultOf(readTrustedKeys(key_set, { roots, version, now }))) === result);
  const [{ now }] = vectors.key_sets;
  const set = await readTrustedKeys(vectors.key_set, { roots, version: 0, now });
  for (const { name, proof, expected, result } of vectors.proofs)
    hold(`proof: ${name}`, (await resultOf(verifyProof(proof, set, expected))) === result);
  const { body, headers, secret } = message;
  hold('a message of a webhook is verified', (await webhooks.verify(body, headers, secret)).id === 'event');
  const refused = await webhooks.verify(`${body} `, headers, secret).catch(({ name }) => name);
  hold('a changed message is refused', refused === 'WebhookRefused');
  const { status } = await createClient({ url }).service.health();
  hold('a call is repeated when it may be', status === 'ok');
  const problem = await createClient({ url })
    .licenses.get('nothing')
    .catch((error) => error);
  hold('a refusal is a problem with its code', problem.code === 'license_not_found');
  return { failures, proofs: vectors.proofs.length };
}
