import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { nameAskedFor } from '../../lib/domain/event-name.ts';
import { catalog } from '../../lib/events/catalog.ts';
import { EVENT_NAMES, EVENT_NOUNS } from '../../lib/events/filters.ts';
import { outgoing } from '../../lib/events/outgoing.ts';
import type { JournalEntry } from '../../lib/events/entry.ts';
import { PAYLOAD_VERSION } from '../../lib/domain/webhook.ts';
import { buildMessage } from '../../lib/webhooks/message.ts';
import { signedHeaders } from '../../lib/webhooks/sign.ts';

const page = readFileSync('docs/webhooks.md', 'utf8');
const row = (name: string): string => {
  const found = page.split('\n').find((line) => line.startsWith(`| ${name} |`));
  return /\| `([^|]*)` \|$/.exec(found ?? '')?.[1] ?? '';
};

describe('the webhooks page of the documentation', () => {
  test('has an example whose signature is correct for both the standard package and this service', () => {
    const [secret, id, at, body] = [
      row('secret'),
      row('`webhook-id`'),
      Number(row('`webhook-timestamp`')),
      row('body'),
    ];
    const signature = row('`webhook-signature`');
    expect(new Webhook(secret).sign(id, new Date(at * 1000), body)).toBe(signature);
    expect(signedHeaders({ id, body }, [secret], at)['webhook-signature']).toBe(signature);
    expect(JSON.parse(body)).toMatchObject({ id, version: PAYLOAD_VERSION });
  });

  test('has an example body that equals a sent message', () => {
    const shown = JSON.parse(/## The request\n[\s\S]*?```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '{}') as {
      id: string;
      seq: number;
      timestamp: string;
      data: Record<string, unknown>;
    };
    const {
      license_key,
      id: licenseId,
      ...license
    } = shown.data['license'] as Record<string, unknown> & { license_key: { id: string } };
    const { before, after, reason, actor, request_id, entity } = shown.data;
    const announced = { before, after, reason, actor, request_id, entity } as Pick<
      JournalEntry,
      'before' | 'after' | 'reason' | 'actor' | 'request_id' | 'entity'
    >;
    const entry: JournalEntry = {
      ...announced,
      id: shown.id,
      seq: shown.seq,
      type: 'license.renewed',
      occurred_at: shown.timestamp,
      brand: 'WPR',
      license: { ...license, license_key_id: license_key.id },
    };
    expect(licenseId).toBe(entry.entity.id);
    expect(JSON.parse(buildMessage(outgoing(entry, 'wp-rocket'), PAYLOAD_VERSION).body)).toEqual(shown);
  });

  test('lists every event with all its names, its patterns and whether it concerns a product', () => {
    const rows = [...page.matchAll(/^\| `([a-z_]+\.[a-z_]+)` \| [^|]+ \| ([^|]+) \| (yes|no) \|$/gm)];
    const patterns = [...EVENT_NOUNS, '*'];
    const expected = EVENT_NAMES.map((name) => {
      const type = Object.hasOwn(catalog, name) ? (name as keyof typeof catalog) : 'seat.deactivated';
      const bringing = patterns.filter((pattern) => nameAskedFor([pattern], type) === name);
      const isOfProduct = ['license', 'product'].includes(catalog[type].entity);
      return [name, bringing.map((pattern) => `\`${pattern}\``).join(', '), isOfProduct ? 'yes' : 'no'];
    });
    expect(rows.map(([, ...cells]) => cells).sort()).toEqual(expected.sort());
  });
});
