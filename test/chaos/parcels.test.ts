import { expect } from "chai";
import { makeOrders, orderIdIn } from "../../chaos/orders.js";
import { packOrders } from "../../chaos/parcels.js";

const usual = { seed: 3, faults: "usual" } as const;

describe("The orders of chaos", () => {
  it("have ids of their own, which the text about them names", () => {
    const ids = makeOrders(500, usual).map(({ id }) => id);
    expect(new Set(ids).size).to.equal(500);
    expect(orderIdIn(`Order ID ${ids[499]} status complete!`)).to.equal(ids[499]);
    expect(orderIdIn("Hello")).to.equal(null);
  });

  it("go to numbers that are set aside for fiction, but for the simulator's magic ones", () => {
    const phones = makeOrders(2_000, usual).map(({ phone }) => phone);
    expect(phones.filter((phone) => !/^\+1(\d{3}55501\d\d|500555\d{4})$/.test(phone))).to.deep.equal([]);
    expect(phones.some((phone) => phone.startsWith("+1500"))).to.equal(true);
  });

  it("all have a customer who can be texted when nothing is to go wrong", () => {
    const phones = makeOrders(2_000, { seed: 3, faults: "none" }).map(({ phone }) => phone);
    expect(phones.filter((phone) => phone.startsWith("+1500"))).to.deep.equal([]);
  });

  it("have customers with several of them", () => {
    const phones = makeOrders(300, usual).map(({ phone }) => phone);
    expect(new Set(phones).size).to.be.below(200);
  });

  it("are each in one parcel, in their order", () => {
    const orders = makeOrders(500, usual);
    expect(packOrders(orders, 3).flatMap((parcel) => parcel.orders)).to.deep.equal(orders);
  });

  it("come alone, in arrays and in lines, with keys and without, once and again", () => {
    const parcels = packOrders(makeOrders(1_000, usual), 3);
    expect(new Set(parcels.map(({ form }) => form))).to.have.all.keys("single", "array", "lines");
    expect(new Set(parcels.map(({ repeat }) => repeat))).to.have.all.keys("none", "at once", "afterwards");
    const keys = parcels.map(({ key }) => key).filter((key) => key !== null);
    expect(new Set(keys).size).to.equal(keys.length).and.to.be.above(0);
    expect(parcels.filter(({ form, key }) => form === "lines" && key !== null)).to.deep.equal([]);
  });

  it("are packed the same for the same seed, and otherwise for another", () => {
    const orders = makeOrders(200, usual);
    expect(packOrders(orders, 3)).to.deep.equal(packOrders(orders, 3));
    expect(packOrders(orders, 3)).to.not.deep.equal(packOrders(orders, 4));
  });
});
