import type { Adapter, AdapterPayload } from 'oidc-provider';
import { machineTime } from '../lib/process/clock.ts';

/** The memory of this machine's identity provider, until it stops. */
export class IdentityStore implements Adapter {
  readonly #items = new Map<string, AdapterPayload>();

  upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.#items.set(id, payload);
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(this.#items.get(id));
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve([...this.#items.values()].find((payload) => payload.uid === uid));
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve([...this.#items.values()].find((payload) => payload.userCode === userCode));
  }

  /** A code or refresh token that is used twice shows itself by this mark. */
  consume(id: string): Promise<void> {
    const payload = this.#items.get(id);
    if (payload) this.#items.set(id, { ...payload, consumed: Math.floor(machineTime().getTime() / 1000) });
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.#items.delete(id);
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, payload] of this.#items) if (payload.grantId === grantId) this.#items.delete(id);
    return Promise.resolve();
  }
}
