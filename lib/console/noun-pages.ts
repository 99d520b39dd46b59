import type { Refusal } from '../domain/refusal.ts';
import type { FoundNoun } from './act.ts';
import { customerPage } from './customer-page.ts';
import { keyPage } from './key-page.ts';
import { licensePage } from './license-page.ts';
import type { PageInput } from './page-input.ts';
import type { Html } from './parts.ts';

type NounPage = (input: PageInput) => Promise<{ title: string; body: Html } | Refusal>;

/** The page of each kind of thing that is found by its id alone. */
export const NOUN_PAGES: Readonly<Record<FoundNoun, NounPage>> = {
  licenses: licensePage,
  'license-keys': keyPage,
  customers: customerPage,
};

export const findNounPage = (noun: string): NounPage | undefined =>
  Object.hasOwn(NOUN_PAGES, noun) ? NOUN_PAGES[noun as FoundNoun] : undefined;
