import type { Endpoint } from '../api/route.ts';
import type { BrandContext } from '../context.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Answer } from '../table/once.ts';

/** A field of an act's form, beside the reason that every act asks for. */
export type ActField = {
  name: string;
  label: string;
  /**
   * A list is typed with commas. `texts` and `values` are typed as lines of `name = value`: the values are texts, or
   * what JSON knows (numbers, true, false, null, lists).
   */
  kind: 'text' | 'email' | 'number' | 'checkbox' | 'hidden' | 'list' | 'area' | 'texts' | 'values';
  hint?: string;
  required?: true;
};

/** Things that are found by their id alone, in any brand of a person. */
export type FoundNoun = 'licenses' | 'license-keys' | 'customers';
/** Things that are listed on the page of a brand. */
export type ListedNoun =
  'sales' | 'products' | 'releases' | 'bundles' | 'webhook-endpoints' | 'api-keys' | 'imports' | 'exports';
export type Noun = FoundNoun | ListedNoun | 'brands';

/** Something that a person can do. It runs the verb of an API route, so nothing changes in another way. */
export type Act = {
  name: string;
  on: Noun;
  title: string;
  /** The change, in a sentence that is read before it is done. */
  effect: string;
  /** The sentence after it was done. */
  done: string;
  /** The sentence if one request was not enough: the form stays, and sending it again goes on. */
  unfinished?: string;
  isDangerous?: true;
  /** The answer contains a secret that is shown once, on the page that answers the form. */
  shows?: 'key' | 'secret' | 'api_key' | 'upload';
  /** It makes a new thing, so its form stands on the list. */
  creates?: true;
  /** The thing is gone afterwards. */
  removes?: true;
  /** It is about a part of the thing, such as a seat or a delivery, and its form stands there. The field names it. */
  part?: string;
  /** Its fields begin empty, and what stays empty stays as it is. */
  isBlank?: true;
  /** Support may not do it, even with the scopes for it. */
  forAdmins?: true;
  /** The parameter of the path that names the thing, if that is not the first one. */
  own?: string;
  fields: readonly ActField[];
  route: Pick<Endpoint, 'operation' | 'scope' | 'alsoScopes' | 'input' | 'method' | 'path' | 'once'>;
  run: (ctx: BrandContext, input: unknown) => Promise<Answer | Refusal>;
  /** Refuses input that is about another thing than the one of the page. */
  checks?: (ctx: BrandContext, id: string, input: unknown) => Promise<Refusal | undefined>;
};

/** An act as its form shows it. */
export type ShownAct = Omit<Act, 'run' | 'checks'>;

type TypedAct<I> = ShownAct & Pick<Act, 'checks'> & { run: (ctx: BrandContext, input: I) => Promise<Answer | Refusal> };

/** The input was checked by the schema of the same route. */
export const buildAct = <I>({ run, ...rest }: TypedAct<I>): Act => ({
  ...rest,
  run: (ctx, input) => run(ctx, input as I),
});

/** Hours for which the old text of a secret still works. */
export const overlapField = (hours: number): ActField => ({
  name: 'overlap_hours',
  label: 'Hours for which the old one still works',
  kind: 'number',
  hint: `0 to ${String(hours)}`,
});
