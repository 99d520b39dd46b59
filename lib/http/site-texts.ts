import type { CopyOf } from '../domain/refusal.ts';
import { copyText, ownSeatText, verdictTexts, type VerdictFacts } from '../domain/verdict-texts.ts';
import type { Verdict } from '../domain/verdict.ts';

/** The text about a verdict. Loaded when it is needed: most verdicts have none. */
export function writeDetail(
  { code, is_activated }: Pick<Verdict, 'code' | 'is_activated'>,
  facts: VerdictFacts & { copy_of?: CopyOf | undefined },
): string | null {
  if (facts.copy_of) return is_activated === true ? ownSeatText(facts.copy_of) : copyText(facts.copy_of);
  return code === 'valid' ? null : verdictTexts[code](facts);
}
