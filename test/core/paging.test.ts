import { expect } from "chai";
import { endedAt } from "../../src/core/paging.js";

const page = (ids: readonly string[], next: string | null) => ({ items: ids.map((id) => ({ id })), next });

describe("A list that ends at a place", () => {
  it("goes on as it is where there is no such place, and before it", () => {
    expect(endedAt(page(["d", "c"], "c"), undefined)).to.deep.equal(page(["d", "c"], "c"));
    expect(endedAt(page(["d", "c"], "c"), "b")).to.deep.equal(page(["d", "c"], "c"));
    expect(endedAt(page([], "c"), "b")).to.deep.equal(page([], "c"));
  });

  it("ends with the page that comes to what is older", () => {
    expect(endedAt(page(["d", "c", "a"], "a"), "b")).to.deep.equal(page(["d", "c"], null));
    expect(endedAt(page(["d"], null), "b")).to.deep.equal(page(["d"], null));
  });

  it("ends with a page that has found nothing and looked back past the place", () => {
    expect(endedAt(page([], "a"), "b")).to.deep.equal(page([], null));
  });
});
