import type { Problems } from './common-problems.ts';

/** Loads the problems that a function can answer with. Most answers are none, so they are no part of its start. */
export type ProblemsLoader = () => Promise<Problems>;

export const loadCommonProblems: ProblemsLoader = async () => (await import('./common-problems.ts')).commonProblems;
export const loadProductProblems: ProblemsLoader = async () => (await import('./seat-problems.ts')).productProblems;
export const loadUpdateProblems: ProblemsLoader = async () => (await import('./release-problems.ts')).updateProblems;
export const loadProblems: ProblemsLoader = async () => (await import('./problems.ts')).problems;
