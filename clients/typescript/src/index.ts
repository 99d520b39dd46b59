export { createClient, type Client } from './client.ts';
export type { CallOptions, ClientOptions } from './send.ts';
export type { Pages } from './pages.ts';
export { isProblem, NoAnswer, Problem, type NoAnswerReason, type ProblemCode } from './problem.ts';
export { ProofRefused, readTrustedKeys, verifyProof, type Claims, type Expected, type TrustedKeys } from './proof.ts';
export * as webhooks from './webhooks.ts';
export type { components } from './openapi.ts';
