import { describe, expect, test } from '@jest/globals';
import { listLicenses } from '../../lib/api/licenses.ts';
import type { ShownAct } from '../../lib/console/act.ts';
import { actForm, prefill, type FormState } from '../../lib/console/forms.ts';

const act = (changes: Partial<ShownAct> = {}): ShownAct => ({
  ...{ name: 'free', on: 'licenses', title: 'Free', effect: 'The seat is free.', done: 'Done.' },
  ...{ fields: [{ name: 'id', label: 'Id', kind: 'hidden' }], part: 'id', route: listLicenses },
  ...changes,
});
const form = async (shown: ShownAct, state: Partial<FormState> = {}): Promise<string> =>
  String(await actForm(shown, { action: '/console/licenses/1', ...state }));

describe('a form', () => {
  const failed = { act: 'free', typed: { id: 'one' }, faults: {}, message: 'Refused.' };
  const of = (id: string, changes: Partial<ShownAct> = {}) => form(act(changes), { failed, values: { id }, key: id });

  test('that was refused is open for the part that it is about, and for no other', async () => {
    expect(await of('one')).toMatch(/<details open>[^]*Refused\./);
    expect(await of('two')).not.toMatch(/open|Refused\./);
    expect(await of('two', { name: 'other' })).not.toContain('Refused.');
  });

  test('keeps a box checked, and has a hint only where its field has one', async () => {
    const fields = [
      { name: 'box', label: 'Box', kind: 'checkbox' },
      { name: 'plain', label: 'Plain', kind: 'area' },
      { name: 'hinted', label: 'Hinted', kind: 'area', hint: 'One a line.' },
    ] as const;
    const made = await form(act({ fields }), { values: { box: 'yes' } });
    expect(made).toMatch(/value="yes" checked/);
    expect(made.split('One a line.')).toHaveLength(2);
    expect(await form(act({ fields }))).not.toContain('checked');
  });

  test('begins with what its thing has, and empty where that has another form', () => {
    const fields = [
      { name: 'list', label: 'List', kind: 'list' },
      { name: 'text', label: 'Text', kind: 'text' },
    ] as const;
    const shown = act({ fields });
    expect(prefill(shown, { list: ['a', { slug: 'b' }], text: { slug: 'c' } })).toEqual({ list: 'a, b', text: 'c' });
    expect(prefill(shown, { list: 'a', text: { name: 'c' } })).toEqual({});
  });
});
