import type { Endpoint } from '../api/route.ts';
import type { BrandContext } from '../context.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Noun } from './act.ts';
import type { PageInput } from './page-input.ts';
import type { Html } from './parts.ts';

/** A thing as the API shows it. */
export type Row = Readonly<Record<string, unknown>>;
type Page = { limit: number; cursor: string | undefined };
type Query = PageInput['query'];

/** Things of one kind that a brand has: their list, their columns, and the page of one of them. */
export type BrandNoun = {
  noun: Noun;
  title: string;
  route: Pick<Endpoint, 'operation' | 'scope' | 'alsoScopes' | 'path'>;
  /** Support may not see it. */
  forAdmins?: true;
  list: (
    ctx: BrandContext,
    page: Page,
    query: Query,
  ) => Promise<{ rows: readonly Row[]; next: string | null } | Refusal>;
  /** The fields that the list shows, beside the one that leads to the page. */
  columns: readonly string[];
  name: (row: Row) => string;
  address: (row: Row) => string;
  read?: (ctx: BrandContext, id: string) => Promise<Row | Refusal>;
  /** The version that the forms of the page carry: those of an older one are refused. */
  version?: (ctx: BrandContext, id: string) => Promise<string | undefined>;
  filters?: (input: PageInput) => Promise<Html>;
  /** Further parts of the page. */
  more?: (input: PageInput) => Promise<Html | Refusal>;
};
