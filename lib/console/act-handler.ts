import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isRefusal, type Refusal } from '../domain/refusal.ts';
import { buildProblem } from '../http/common-problems.ts';
import { problems } from '../http/problems.ts';
import type { Answer } from '../table/once.ts';
import type { Act, ShownAct } from './act.ts';
import { findAct } from './acts.ts';
import { findOwner, enterBrand, readBrands } from './brands.ts';
import type { PageContext } from './call.ts';
import type { FailedForm } from './forms.ts';
import { findNounPage } from './noun-pages.ts';
import type { PageInput } from './page-input.ts';
import { quoteForShell, type Html } from './parts.ts';
import { faultsByField, mayDo, perform, type Author, type Typed } from './perform.ts';
import { NOTHING_HERE, problemPage, sendMade, type Shell } from './respond.ts';

/** Shown on the page of a form besides: a refused form, or a secret of the thing that was made. */
type Shown = Pick<PageInput, 'failed' | 'shown'> & { id?: string };

/** An act, the page on which its form stands, and the address that it leads to. `made` is the id of a new thing. */
export type Acting<C> = {
  act: ShownAct & { run: (ctx: C, input: unknown) => Promise<Answer | Refusal> };
  ctx: C;
  id: string;
  render: (more: Shown) => Promise<{ title: string; body: Html } | Refusal>;
  back: (made: string | undefined, body: Record<string, unknown>) => string;
};

/** Performs an act on a license, a license key or a customer. */
export const actHandler =
  (shell: Shell) =>
  async (c: PageContext): Promise<Response> => {
    const noun = String(c.req.param('noun'));
    const act = findAct(noun, String(c.req.param('act')));
    const render = findNounPage(noun);
    const call = c.get('call');
    const person = c.get('person');
    const id = String(c.req.param('id')).toLowerCase();
    const found = act && render && (await findOwner(call, await readBrands(call, person), id));
    if (act === undefined || render === undefined || found === undefined)
      return problemPage(c, shell, 404, NOTHING_HERE);
    const { own } = found;
    if (!mayDo(own.role, act))
      return problemPage(c, shell, 403, `Your role may not do this: ${act.title}. Ask a brand admin.`);
    const page: PageInput = { call, person, own, ctx: enterBrand(call, person, own), id, query: {} };
    const back = (): string => `/console/${noun}/${id}`;
    const run: Act['run'] = async (ctx, input) => (await act.checks?.(ctx, id, input)) ?? act.run(ctx, input);
    return runAct(c, shell, {
      act: { ...act, run },
      ctx: page.ctx,
      id,
      render: (more) => render({ ...page, ...more }),
      back,
    });
  };

/** Performs an act, then leads back to the page; a refused form comes back with what was typed. */
export async function runAct<C extends Author>(c: PageContext, shell: Shell, acting: Acting<C>): Promise<Response> {
  const { act, ctx, id, render, back } = acting;
  const typed = await readTyped(c);
  const { outcome } = await perform(ctx, act, id, typed);
  if (isRefusal(outcome)) return refusedForm(c, shell, acting, { typed, refusal: outcome });
  const body = outcome.body as Record<string, unknown>;
  if (act.unfinished !== undefined && body['complete'] === false)
    return formAgain(c, shell, acting, { act: act.name, typed, faults: {}, message: act.unfinished }, 200);
  const made = act.creates === true && typeof body['id'] === 'string' ? body['id'] : id;
  const secret = secretIn(act, body);
  if (secret === undefined) {
    const isGone = act.removes === true || made === '';
    return c.redirect(`${back(isGone ? undefined : made, body)}?${doneQuery(act, typed)}`, 303);
  }
  const shown = { done: act.done, secret };
  const answer = await render({ id: made, shown });
  return sendMade(c, shell, answer);
}

type Upload = { url: string; headers: Record<string, string> };

/** The secret that is shown only once. An address for an upload is shown as the command that uses it. */
function secretIn({ shows }: ShownAct, body: Record<string, unknown>): string | undefined {
  if (shows === undefined || body[shows] === null) return undefined;
  if (shows !== 'upload') return body[shows] as string;
  const { url, headers } = body[shows] as Upload;
  const given = Object.entries(headers).map(([name, value]) => ` -H ${quoteForShell(`${name}: ${value}`)}`);
  return `curl --upload-file FILE${given.join('')} ${quoteForShell(url)}`;
}

async function readTyped(c: PageContext): Promise<Typed> {
  const fields = Object.entries(await c.req.parseBody());
  return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === 'string'));
}

const doneQuery = ({ name }: ShownAct, { activation_id }: Typed): string =>
  new URLSearchParams({
    done: name,
    ...(activation_id === undefined ? {} : { activation: activation_id }),
  }).toString();

/** The page again, with the form open. Bad input is 422; all else has the status that the API gives. */
async function refusedForm(
  c: PageContext,
  shell: Shell,
  { act, render }: Pick<Acting<never>, 'act' | 'render'>,
  { typed, refusal }: { typed: Typed; refusal: Refusal },
): Promise<Response> {
  const { status, detail } = buildProblem(problems, refusal, c.get('requestId'));
  const faults = faultsByField(refusal);
  const message = MESSAGES[refusal.code] ?? detail;
  const shownStatus = refusal.code === 'bad_request' ? 422 : (status as ContentfulStatusCode);
  return formAgain(c, shell, { render }, { act: act.name, typed, faults, message }, shownStatus);
}

/** A form is filled in by a person, who needs other words than a program. */
const MESSAGES: Partial<Record<Refusal['code'], string>> = {
  bad_request: 'Correct the form and send it again.',
  stale_version:
    'Somebody else has changed this meanwhile. What you typed is kept: compare it with the page, and send it again ' +
    'if it still fits.',
};

/** The page with the form open, and with what was typed. */
async function formAgain(
  c: PageContext,
  shell: Shell,
  { render }: Pick<Acting<never>, 'render'>,
  failed: FailedForm,
  status: ContentfulStatusCode,
): Promise<Response> {
  const made = await render({ failed });
  return sendMade(c, shell, made, status);
}
