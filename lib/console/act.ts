import type { Endpoint } from '../api/route.ts';
import type { BrandContext } from '../context.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Answer } from '../table/once.ts';

/** A field of an act's form, beside the reason that every act asks for. */
export type ActField = {
  name: string;
  label: string;
  /** A list is typed with commas. */
  kind: 'text' | 'email' | 'number' | 'checkbox' | 'hidden' | 'list' | 'area';
  hint?: string;
  required?: true;
};

/** Things that are found by their id alone, in any brand of a person. */
export type FoundNoun = 'licenses' | 'license-keys' | 'customers';
/** Things that are listed on the page of a brand. */
export type ListedNoun = 'sales' | 'products' | 'bundles' | 'webhook-endpoints' | 'api-keys' | 'imports';
export type Noun = FoundNoun | ListedNoun;

/** Something that a person can do. It runs the verb of an API route, so nothing changes in another way. */
export type Act = {
  name: string;
  on: Noun;
  title: string;
  /** The change, in a sentence that is read before it is done. */
  effect: string;
  /** The sentence after it was done. */
  done: string;
  isDangerous?: true;
  /** The answer contains a secret that is shown once, on the page that answers the form. */
  shows?: 'key' | 'secret' | 'api_key';
  /** It makes a new thing, so its form stands on the list. */
  creates?: true;
  /** The thing is gone afterwards. */
  removes?: true;
  /** It is about a part of the thing, such as a seat or a delivery, and its form stands there. The field names it. */
  part?: string;
  fields: readonly ActField[];
  route: Pick<Endpoint, 'operation' | 'scope' | 'alsoScopes' | 'input' | 'method' | 'path' | 'once'>;
  run: (ctx: BrandContext, input: unknown) => Promise<Answer | Refusal>;
};

type TypedAct<I> = Omit<Act, 'run'> & { run: (ctx: BrandContext, input: I) => Promise<Answer | Refusal> };

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
