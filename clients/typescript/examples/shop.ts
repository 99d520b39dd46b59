import { createClient, isProblem, webhooks, type Client } from '../src/index.ts';

/** An order of the shop. Its number is what makes every call about it harmless to repeat. */
export type Order = { number: string; email: string; product: string; seats: number; duration: string };

export type Shop = { service: Client; webhookSecrets: readonly string[] };

export function openShop(url: string, apiKey: string, webhookSecrets: readonly string[]): Shop {
  return { service: createClient({ url, apiKey }), webhookSecrets };
}

/** Called when a payment has arrived, as often as it is announced: one order makes one purchase. */
export async function sell({ service }: Shop, order: Order) {
  try {
    const { license_key, licenses: sold } = await service.licenses.provision(
      {
        customer_email: order.email,
        products: [order.product],
        max_seats: order.seats,
        duration: order.duration,
        external_id: order.number,
      },
      { idempotencyKey: `purchase-${order.number}` },
    );
    return { key: license_key.key, licenseIds: sold.map(({ id }) => id) };
  } catch (error) {
    // An idempotency key lasts a day, an order number for ever: this order was sold long ago.
    if (!isProblem(error, 'external_id_taken')) throw error;
    const sold = await service.licenses.list({ external_id: order.number }).toArray();
    return { key: sold[0]?.license_key.key ?? '', licenseIds: sold.map(({ id }) => id) };
  }
}

/** Called when a renewal is paid. A license that cannot be renewed is for a person to look at: the money is taken. */
export async function renew({ service }: Shop, licenseId: string, payment: string) {
  try {
    const { expires_at } = await service.licenses.renew(
      licenseId,
      { extend_by: 'P1Y', external_id: payment },
      { idempotencyKey: `renewal-${payment}` },
    );
    return { renewedUntil: expires_at };
  } catch (error) {
    if (isProblem(error, 'illegal_transition', 'not_extendable')) return { refundBecause: error.detail };
    throw error;
  }
}

/** Called when an order is refunded: every license of it ends, whichever product it was for. */
export async function refund({ service }: Shop, order: Pick<Order, 'number'>) {
  const cancelled: string[] = [];
  for await (const { id, status } of service.licenses.list({ external_id: order.number })) {
    if (status === 'cancelled') continue;
    await service.licenses.cancel(id, { reason: `refund of ${order.number}` });
    cancelled.push(id);
  }
  return cancelled;
}

/** The page that the shop's webhook endpoint points to. */
export async function receiveWebhook({ webhookSecrets }: Shop, request: Request, seen: Set<string>) {
  let message;
  try {
    message = await webhooks.verify(await request.text(), request.headers, webhookSecrets);
  } catch {
    return new Response(null, { status: 401 });
  }
  if (!seen.has(message.id) && message.type === 'license.expiring') console.log(`remind the customer: ${message.id}`);
  seen.add(message.id);
  return new Response(null, { status: 204 });
}
