import { writeFileSync } from 'node:fs';
import { proofVectors } from './proof-vectors.ts';

writeFileSync('clients/vectors/proofs.json', `${JSON.stringify(proofVectors, null, 2)}\n`);
