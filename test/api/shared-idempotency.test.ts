import { expect } from "chai";
import { createOnce, type NamedRequest } from "../../src/api/idempotency.js";
import type { Store } from "../../src/core/store.js";
import { gate, openTestStore } from "../engine/parts.js";
import { failed } from "../http/failed.js";

describe("a request with an Idempotency-Key that reaches two processes", () => {
  let store: Store;
  beforeEach(async () => {
    store = { ...(await openTestStore()), exclusive: false };
  });
  afterEach(() => store.close());

  const request: NamedRequest = { key: "k1", method: "POST", url: "/x", body: new Uint8Array() };

  it("is performed by one, and the other is asked to come back; then it has the answer", async () => {
    const [here, there] = [createOnce(store), createOnce(store)];
    const held = gate();
    let performed = 0;
    const perform = async () => {
      performed++;
      await held.opened;
      return { status: 201, body: { id: performed } } as const;
    };
    const first = here(request, perform);
    while (performed === 0) await new Promise((resolve) => setImmediate(resolve));
    const refusal = await failed(there(request, perform), "SERVER_OVERLOADED");
    expect(refusal.details).to.deep.equal({ retryAfterMs: 1_000 });
    held.open();
    expect((await first).body).to.deep.equal({ id: 1 });
    expect(await there(request, perform)).to.deep.include({ status: 201, body: { id: 1 } });
    expect(performed).to.equal(1);
  });

  it("is performed by the other when the first could not", async () => {
    const [here, there] = [createOnce(store), createOnce(store)];
    const broken = async (): Promise<never> => {
      throw new Error("no");
    };
    await here(request, broken).catch(() => undefined);
    const answer = await there(request, async () => ({ status: 201, body: { id: 2 } }) as const);
    expect(answer.body).to.deep.equal({ id: 2 });
  });
});
