import { expect } from "chai";
import { createNovelty } from "../../src/engine/novelty.js";
import { flow, openTestEngine, type TestEngine } from "./parts.js";

/** So many new ones in a row, and the next are taken to be new. */
const ENOUGH = 30;

describe("Expecting new records", () => {
  it("takes thirty new ones in a row, and ends with one that is not", () => {
    const novelty = createNovelty();
    for (let count = 1; count < ENOUGH; count++) novelty.learn("shop/Order", true);
    expect(novelty.expects("shop/Order")).to.equal(false);
    novelty.learn("shop/Order", true);
    expect([novelty.expects("shop/Order"), novelty.expects("shop/Customer")]).to.deep.equal([true, false]);
    novelty.learn("shop/Order", false);
    expect(novelty.expects("shop/Order")).to.equal(false);
  });
});

describe("A record that is taken to be new", () => {
  let test: TestEngine;
  let looks = 0;
  afterEach(() => test.close());

  /** Pushes new orders until the next one is taken to be new; from then on `looks` counts. */
  async function openExpecting(): Promise<void> {
    test = await openTestEngine([flow("a/send")]);
    for (let count = 0; count < ENOUGH; count++)
      await test.push({ id: `first-${count}`, phone: `+1500555${1000 + count}` });
    await test.engine.idle();
    const { get } = test.store.records;
    looks = 0;
    Object.assign(test.store.records, {
      get: (dataType: string, key: string) => {
        looks += 1;
        return get(dataType, key);
      },
    });
  }

  it("is not looked up, and is texted once", async () => {
    await openExpecting();
    const { verdict, version } = await test.push({ id: "new", phone: "+15005550010" });
    await test.engine.idle();
    expect({ verdict, version, looks }).to.deep.equal({ verdict: "created", version: 1, looks: 0 });
    expect(test.vendor.calls).to.have.lengthOf(ENOUGH + 1);
  });

  it("and is there already is changed, with what was there before", async () => {
    await openExpecting();
    const { verdict, version } = await test.push({ id: "first-0", phone: "+15005550010" });
    await test.engine.idle();
    expect({ verdict, version }).to.deep.equal({ verdict: "updated", version: 2 });
    expect(test.vendor.calls).to.have.lengthOf(ENOUGH);
  });

  it("and is as it was stays so", async () => {
    await openExpecting();
    expect((await test.push({ id: "first-0", phone: "+15005551000" })).verdict).to.equal("unchanged");
    expect((await test.push({ id: "first-1", phone: "+15005551001" })).verdict).to.equal("unchanged");
  });

  it("and was deleted before is created again, as a later version", async () => {
    await openExpecting();
    await test.engine.remove("shop/Order", "first-0");
    for (let count = 0; count < ENOUGH; count++) await test.push({ id: `more-${count}` });
    const { verdict, version } = await test.push({ id: "first-0" });
    expect({ verdict, version }).to.deep.equal({ verdict: "created", version: 3 });
  });
});
