import { expect } from "chai";
import { SHARD_COUNT, shardOf } from "../../src/core/shard.js";

describe("shardOf", () => {
  it("never changes, since data is kept by it", () => {
    const shards = ["R1", "R2", "", "größe"].map((key) => shardOf("ecommerce/Order", key));
    expect(shards).to.deep.equal([120, 49, 241, 182]);
  });

  it("spreads ten thousand keys evenly over all shards", () => {
    const counts = new Array<number>(SHARD_COUNT).fill(0);
    for (let number = 0; number < 10_000; number++) {
      const shard = shardOf("ecommerce/Order", `R${number}`);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).to.be.at.least(10);
    expect(Math.max(...counts)).to.be.at.most(90);
  });

  it("tells data types apart", () => {
    expect(shardOf("ecommerce/Order", "1")).to.not.equal(shardOf("ecommerce/Customer", "1"));
  });
});
