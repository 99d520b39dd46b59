import type { Handler } from 'hono';
import { runAct } from './act-handler.ts';
import { findInput } from './brand-handlers.ts';
import { brandPage } from './brand-pages.ts';
import { readBrands } from './brands.ts';
import type { ConsoleEnv } from './call.ts';
import { homeContent } from './find-page.ts';
import { mayDo } from './perform.ts';
import { CREATE_BRAND, enterPlatform, UPDATE_BRAND } from './platform-acts.ts';
import { NOTHING_HERE, problemPage, type Shell } from './respond.ts';

const FORBIDDEN = 'Only the platform team may do this.';

/** Makes a new brand, from the form on the first page. */
export const makeBrand =
  (shell: Shell): Handler<ConsoleEnv> =>
  async (c) => {
    const [call, person] = [c.get('call'), c.get('person')];
    if (person.roles.everywhere === undefined) return problemPage(c, shell, 403, FORBIDDEN);
    return runAct(c, shell, {
      act: CREATE_BRAND,
      ctx: enterPlatform(call, person),
      id: '',
      render: async ({ failed }) => homeContent(person, await readBrands(call, person), failed),
      back: (_, body) => `/console/brands/${String(body['slug'])}`,
    });
  };

/** Changes a brand, from the form on its page. */
export const changeBrand =
  (shell: Shell): Handler<ConsoleEnv> =>
  async (c) => {
    const input = await findInput(c);
    if (input === undefined || c.req.param('act') !== UPDATE_BRAND.name)
      return problemPage(c, shell, 404, NOTHING_HERE);
    if (!mayDo(input.own.role, UPDATE_BRAND)) return problemPage(c, shell, 403, FORBIDDEN);
    const { brand } = input.own;
    return runAct(c, shell, {
      act: UPDATE_BRAND,
      ctx: enterPlatform(input.call, input.person),
      id: brand.id,
      render: ({ failed }) => Promise.resolve(brandPage({ ...input, query: {}, failed })),
      back: () => `/console/brands/${brand.slug}`,
    });
  };
