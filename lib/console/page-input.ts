import type { PersonBrand } from './brands.ts';
import type { Call } from './call.ts';
import type { FailedForm } from './forms.ts';
import type { Person } from './session.ts';
import type { BrandContext } from '../context.ts';

/** Everything that a page about one thing of one brand is made from. */
export type PageInput = {
  call: Call;
  person: Person;
  own: PersonBrand;
  ctx: BrandContext;
  id: string;
  query: Readonly<Record<string, string>>;
  failed?: FailedForm | undefined;
  /** A secret that this answer shows, once. */
  shown?: { done: string; secret: string } | undefined;
};
