import { expect } from "chai";
import type { Store } from "../../src/core/store.js";
import { createBreakerExchange } from "../../src/engine/breaker-exchange.js";
import { type ConnectionGate, createConnectionGate } from "../../src/engine/connection-gate.js";
import { openTestStore } from "./parts.js";

const connection = "shop/twilio";

describe("the exchange of circuit breakers", () => {
  let store: Store;
  let now = 1_000_000;
  beforeEach(async () => {
    store = await openTestStore();
  });
  afterEach(() => store.close());

  /** One process: its gate, and its exchange with the store. */
  function process(isInstalled = () => true) {
    const gate = createConnectionGate({ now: () => now, random: () => 0 });
    const { exchange } = createBreakerExchange(store, { gate, isInstalled });
    return { gate, exchange };
  }

  function meetSilence(gate: ConnectionGate): void {
    for (let call = 0; call < 5; call++) gate.report(connection, "silent");
  }

  const kept = async (): Promise<number[]> => (await store.breakers.list()).map(({ until }) => until.getTime());

  it("keeps a breaker that this process has just extended when another says that it was closed", async () => {
    const [ann, bob] = [process(), process()];
    meetSilence(ann.gate);
    await ann.exchange(false);
    await bob.exchange(false);
    bob.gate.adopt(connection, null);
    await bob.exchange(false);
    expect(await kept()).to.deep.equal([]);
    now += 10_000;
    // Its own trial meets silence once more before it has heard of that.
    expect(ann.gate.admit(connection, null, "run_1").admitted).to.equal(true);
    ann.gate.report(connection, "silent", "run_1");
    const [extended] = ann.gate.open();
    await ann.exchange(false);
    expect(ann.gate.open()).to.deep.equal([extended]);
    expect(await kept()).to.deep.equal([extended!.until]);
  });

  it("keeps a breaker that opens while what was found before is being stored", async () => {
    const ann = process();
    meetSilence(ann.gate);
    const commit = store.commit;
    const slow = createBreakerExchange(
      {
        ...store,
        commit: async (changes) => {
          for (let call = 0; call < 5; call++) ann.gate.report("shop/other", "silent");
          await commit(changes);
        },
      },
      { gate: ann.gate, isInstalled: () => true },
    );
    await slow.exchange(false);
    await slow.exchange(false);
    expect(ann.gate.open().map((one) => one.connection)).to.have.members([connection, "shop/other"]);
    expect(await kept()).to.have.lengthOf(2);
  });

  it("clears away what is kept of a connection that is not installed any more, where it leads", async () => {
    const [ann, bob] = [process(), process(() => false)];
    meetSilence(ann.gate);
    await ann.exchange(false);
    await bob.exchange(false);
    expect(await kept()).to.have.lengthOf(1);
    await bob.exchange(true);
    expect(await kept()).to.deep.equal([]);
    expect(bob.gate.open()).to.deep.equal([]);
  });
});
