import * as brands from '../api/brands.ts';
import { createBrand } from '../commands/create-brand.ts';
import { updateBrand } from '../commands/update-brand.ts';
import type { PlatformContext } from '../context.ts';
import type { Refusal } from '../domain/refusal.ts';
import { PLATFORM } from '../table/keys.ts';
import type { Answer } from '../table/once.ts';
import type { ShownAct } from './act.ts';
import type { Call } from './call.ts';
import type { Person } from './session.ts';

/** An act of the platform team on a brand itself. */
export type PlatformAct = ShownAct & {
  run: (ctx: PlatformContext, input: unknown) => Promise<Answer | Refusal>;
};

const settings = {
  name: 'settings',
  label: 'Settings',
  kind: 'values',
  hint: 'A line for each that changes, such as rate_limit_per_minute = 5000',
} as const;

export const CREATE_BRAND: PlatformAct = {
  on: 'brands',
  name: 'create',
  title: 'Create a brand',
  effect: 'A brand is a tenant: no other brand sees any of its data. Its slug and its prefix never change.',
  done: 'The brand is created. Create its products and an API key next.',
  creates: true,
  fields: [
    { name: 'name', label: 'Name', kind: 'text', required: true },
    { name: 'slug', label: 'Slug', kind: 'text', required: true },
    { name: 'key_prefix', label: 'Prefix of its license keys', kind: 'text', required: true, hint: 'Such as WPR' },
    settings,
  ],
  route: brands.createBrand,
  run: (ctx, input) => createBrand(ctx, input as brands.CreateBrandInput),
};

export const UPDATE_BRAND: PlatformAct = {
  on: 'brands',
  name: 'change',
  title: 'Change the brand',
  effect: 'A suspended brand can change nothing by its API; the verdicts of its sites stay as they are.',
  done: 'The brand is changed.',
  isDangerous: true,
  fields: [
    { name: 'name', label: 'Name', kind: 'text', required: true },
    { name: 'status', label: 'Status', kind: 'text', hint: 'active or suspended' },
    settings,
  ],
  route: brands.updateBrand,
  run: (ctx, input) => updateBrand(ctx, input as brands.UpdateBrandInput, ctx.ifMatch),
};

/** The context of the platform's verbs, with a person as the caller. */
export const enterPlatform = ({ ctx }: Call, { id }: Person): PlatformContext & { owner: string } => ({
  ...ctx,
  owner: PLATFORM,
  credential: { id, scopes: [] },
  liveKey: undefined,
  actor: { type: 'person', id },
});
