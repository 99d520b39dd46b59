import type { CopyOf } from '../domain/refusal.ts';
import { copyText, verdictTexts, type VerdictFacts } from '../domain/verdict-texts.ts';
import type { VerdictCode } from '../domain/verdict.ts';

/** The text about a verdict. Loaded when it is needed: most verdicts have none. */
export const writeDetail = (
  code: Exclude<VerdictCode, 'valid'>,
  facts: VerdictFacts & { copy_of?: CopyOf | undefined },
): string => (facts.copy_of ? copyText(facts.copy_of) : verdictTexts[code](facts));
