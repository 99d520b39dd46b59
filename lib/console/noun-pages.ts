import type { Refusal } from '../domain/refusal.ts';
import type { Noun } from './acts.ts';
import { customerPage } from './customer-page.ts';
import { keyPage } from './key-page.ts';
import { licensePage } from './license-page.ts';
import type { PageInput } from './page-input.ts';
import type { Html } from './parts.ts';

/** The page of each kind of thing. */
export const NOUN_PAGES: Readonly<
  Record<Noun, (input: PageInput) => Promise<{ title: string; body: Html } | Refusal>>
> = { licenses: licensePage, 'license-keys': keyPage, customers: customerPage };
