import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { buildProblem } from '../http/common-problems.ts';
import { problems } from '../http/problems.ts';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { findAct, type Act } from './acts.ts';
import { findOwner, enterBrand, readBrands } from './brands.ts';
import type { PageContext } from './call.ts';
import type { FailedForm } from './forms.ts';
import { NOUN_PAGES } from './noun-pages.ts';
import type { PageInput } from './page-input.ts';
import { faultsByField, mayDo, perform, type Typed } from './perform.ts';
import { problemPage, sendPage, type Shell } from './respond.ts';

const NOTHING_HERE = 'There is nothing at this address. Paste what you look for into the box.';

/** Performs an act, then leads back to the page; a refused form comes back with what was typed. */
export const actHandler =
  (shell: Shell) =>
  async (c: PageContext): Promise<Response> => {
    const act = findAct(c.req.param('noun') ?? '', c.req.param('act') ?? '');
    const call = c.get('call');
    const person = c.get('person');
    const id = (c.req.param('id') ?? '').toLowerCase();
    const found = act && (await findOwner(call, await readBrands(call, person), id));
    if (act === undefined || found === undefined) return problemPage(c, shell, 404, NOTHING_HERE);
    const { own } = found;
    if (!mayDo(own.role, act))
      return problemPage(c, shell, 403, `Your role may not do this: ${act.title}. Ask a brand admin.`);
    const ctx = enterBrand(call, person, own);
    const typed = await readTyped(c);
    const { outcome } = await perform(ctx, act, id, typed);
    const page: PageInput = { call, person, own, ctx, id, query: {} };
    if (isRefusal(outcome)) return refusedForm(c, shell, page, { act, typed, refusal: outcome });
    if (act.shows === undefined) return c.redirect(backTo(act, id, typed), 303);
    const { key } = outcome.body as { key: string };
    const made = await NOUN_PAGES[act.on]({ ...page, shown: { done: act.done, secret: key } });
    return isRefusal(made) ? problemPage(c, shell, 404, NOTHING_HERE) : sendPage(c, shell, made);
  };

async function readTyped(c: PageContext): Promise<Typed> {
  const fields = Object.entries(await c.req.parseBody());
  return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === 'string'));
}

function backTo({ name, on }: Act, id: string, { activation_id }: Typed): string {
  const query = new URLSearchParams({
    done: name,
    ...(activation_id === undefined ? {} : { activation: activation_id }),
  });
  return `/console/${on}/${id}?${query.toString()}`;
}

/** The page again, with the form open. Bad input is 422; all else has the status that the API gives. */
async function refusedForm(
  c: PageContext,
  shell: Shell,
  page: PageInput,
  { act, typed, refusal }: { act: Act; typed: Typed; refusal: Refusal },
): Promise<Response> {
  const { status, detail } = buildProblem(problems, refusal, c.get('requestId'));
  const faults = faultsByField(refusal);
  const message = refusal.code === 'bad_request' ? 'Correct the form and send it again.' : detail;
  const failed: FailedForm = { act: act.name, typed, faults, message };
  const made = await NOUN_PAGES[act.on]({ ...page, failed });
  if (isRefusal(made)) return problemPage(c, shell, 404, NOTHING_HERE);
  return sendPage(c, shell, made, refusal.code === 'bad_request' ? 422 : (status as ContentfulStatusCode));
}
