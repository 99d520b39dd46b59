import type { Handler } from 'hono';
import type { Refusal } from '../domain/refusal.ts';
import { findAct } from './acts.ts';
import { runAct } from './act-handler.ts';
import type { BrandNoun } from './brand-noun.ts';
import { findNoun } from './brand-nouns.ts';
import { brandPage, listPage, maySee, thingPage } from './brand-pages.ts';
import { enterBrand, readBrands } from './brands.ts';
import type { ConsoleEnv, PageContext } from './call.ts';
import type { PageInput } from './page-input.ts';
import type { Html } from './parts.ts';
import { mayDo } from './perform.ts';
import { NOTHING_HERE, problemPage, sendMade, sendPage, type Shell } from './respond.ts';

/** The brand of the address, if it is one of the person's. */
export async function findInput(c: PageContext): Promise<PageInput | undefined> {
  const call = c.get('call');
  const person = c.get('person');
  const own = (await readBrands(call, person)).find(({ brand }) => brand.slug === c.req.param('slug'));
  if (own === undefined) return undefined;
  const ctx = enterBrand(call, person, own);
  return { call, person, own, ctx, id: (c.req.param('id') ?? '').toLowerCase(), query: c.req.query() };
}

type Render = (input: PageInput, noun: BrandNoun) => Promise<{ title: string; body: Html } | Refusal>;

const showing =
  (shell: Shell, render: Render): Handler<ConsoleEnv> =>
  async (c) => {
    const input = await findInput(c);
    const noun = findNoun(c.req.param('noun'));
    if (input === undefined || noun === undefined) return problemPage(c, shell, 404, NOTHING_HERE);
    if (!maySee(input, noun))
      return problemPage(c, shell, 403, `Your role may not see this: ${noun.title}. Ask a brand admin.`);
    const made = await render(input, noun);
    return sendMade(c, shell, made);
  };

export const showBrand =
  (shell: Shell): Handler<ConsoleEnv> =>
  async (c) => {
    const input = await findInput(c);
    return input === undefined ? problemPage(c, shell, 404, NOTHING_HERE) : sendPage(c, shell, brandPage(input));
  };
export const showList = (shell: Shell): Handler<ConsoleEnv> => showing(shell, listPage);
export const showThing = (shell: Shell): Handler<ConsoleEnv> => showing(shell, thingPage);

/** Performs an act on a thing of a brand, or one that makes a new thing. */
export const actOnBrand =
  (shell: Shell): Handler<ConsoleEnv> =>
  async (c) => {
    const input = await findInput(c);
    const noun = findNoun(c.req.param('noun'));
    const act = noun && findAct(noun.noun, String(c.req.param('act')));
    const isHere = noun?.read !== undefined || act?.creates === true;
    const fits = act !== undefined && isHere && (act.creates === true) === (input?.id === '');
    if (input === undefined || noun === undefined || act === undefined || !fits)
      return problemPage(c, shell, 404, NOTHING_HERE);
    if (!mayDo(input.own.role, act))
      return problemPage(c, shell, 403, `Your role may not do this: ${act.title}. Ask a brand admin.`);
    const base = `/console/brands/${input.own.brand.slug}/${noun.noun}`;
    return runAct(c, shell, {
      act,
      ctx: input.ctx,
      id: input.id,
      render: (more) => {
        const page = { ...input, query: {}, ...more };
        return page.id === '' ? listPage(page, noun) : thingPage(page, noun);
      },
      back: (made) => (noun.read === undefined || made === undefined ? base : `${base}/${made}`),
    });
  };
