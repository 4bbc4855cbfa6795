import { expect } from "chai";
import { createSignInLimits, type SignInLimits } from "../../src/access/sign-in-limits.js";
import type { CountedAttempt } from "../../src/core/access-store.js";
import type { Store } from "../../src/core/store.js";
import { createSealer } from "../../src/secrets/sealer.js";
import { openTestStore } from "../engine/parts.js";

describe("The limits of signing in", () => {
  let time = 0;
  const limits = () => createSignInLimits(null, () => time);
  const waits = (attempt: () => unknown): number => {
    try {
      attempt();
      return 0;
    } catch (error) {
      return (error as { details: { retryAfterMs: number } }).details.retryAfterMs;
    }
  };

  it("let eight attempts on an account fail, then one every thirty seconds, wherever they come from", () => {
    const { begin } = limits();
    const guess = (n: number) => waits(() => begin({ account: "ann", network: `10.0.0.${n}` }));
    expect([1, 2, 3, 4, 5, 6, 7, 8].map(guess)).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(guess(9)).to.equal(30_000);
    time += 30_000;
    expect([guess(9), guess(9)]).to.deep.equal([0, 30_000]);
    expect(
      waits(() => begin({ account: "bob", network: "10.0.0.1" })),
      "another account",
    ).to.equal(0);
  });

  it("let thirty attempts from one network fail, on whichever accounts", () => {
    const { begin } = limits();
    const guess = (n: number) => waits(() => begin({ account: `user${n}`, network: "10.0.0.1" }));
    expect(Array.from({ length: 30 }, (_, n) => guess(n)).every((wait) => wait === 0)).to.equal(true);
    expect(guess(31)).to.equal(6_000);
  });

  it("do not count what did not fail", async () => {
    const { begin } = limits();
    for (let n = 0; n < 100; n++) await begin({ account: "ann", network: "10.0.0.1" }).takeBack();
    expect(waits(() => begin({ account: "ann", network: "10.0.0.1" }))).to.equal(0);
  });
});

describe("The limits of signing in, of processes that share a store", () => {
  let store: Store;
  beforeEach(async () => {
    store = await openTestStore();
  });
  afterEach(() => store.close());

  let elapsed = 0;
  const written: CountedAttempt[] = [];
  const { pseudonym } = createSealer("a-secret-of-the-tests");
  const process = () => {
    const { attempts } = store.access;
    const count = (attempt: CountedAttempt) => attempts.count(written[written.push(attempt) - 1] ?? attempt);
    const shared = { attempts: { ...attempts, count }, now: () => Date.UTC(2026, 0, 1) + elapsed, pseudonym };
    return createSignInLimits(shared, () => elapsed);
  };
  const ann = { account: "ann", network: "10.0.0.1" };
  const tried = async ({ begin }: SignInLimits, attempt = ann) => {
    try {
      await begin(attempt).admit();
      return 0;
    } catch (error) {
      return (error as { details: { retryAfterMs: number } }).details.retryAfterMs;
    }
  };

  it("give all of them together as many attempts as one, and one more when its time has come", async () => {
    const [one, two] = [process(), process()];
    const waits: number[] = [];
    for (let n = 0; n < 5; n++) waits.push(await tried(one), await tried(two));
    expect(waits).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0, 30_000, 30_000]);
    expect(await tried(two, { ...ann, account: "bob" }), "another account").to.equal(0);
    elapsed += 30_000;
    expect([await tried(two), await tried(one)]).to.deep.equal([0, 30_000]);
  });

  it("count by network as well, and give back what did not fail", async () => {
    const [one, two] = [process(), process()];
    const attempt = (n: number) => ({ account: `user${n}`, network: "10.0.0.2" });
    for (let n = 0; n < 29; n++) expect(await tried(n % 2 === 0 ? one : two, attempt(n))).to.equal(0);
    const begun = one.begin(attempt(29));
    await begun.admit();
    expect(await tried(two, attempt(30))).to.equal(6_000);
    await begun.takeBack();
    expect(await tried(two, attempt(31))).to.equal(0);
  });

  it("ask the store about nothing that is refused without it", async () => {
    const one = process();
    for (let n = 0; n < 8; n++) await tried(one);
    written.length = 0;
    for (let n = 0; n < 20; n++) expect(await tried(one)).to.equal(30_000);
    expect(written).to.deep.equal([]);
  });

  it("keep neither names nor addresses, and forget what counts for nothing", async () => {
    const one = process();
    written.length = 0;
    await tried(one);
    const [network, account] = written;
    expect(JSON.stringify(written)).not.to.contain("ann").and.not.to.contain("10.0.0.1");
    expect(network?.place).not.to.equal(account?.place);
    const forgotten: Date[] = [];
    const { attempts } = store.access;
    const forget = async (before: Date) => {
      forgotten.push(before);
      await attempts.forget(before);
    };
    const other = createSignInLimits(
      { attempts: { ...attempts, forget }, now: () => Date.UTC(2026, 0, 1) + elapsed, pseudonym },
      () => elapsed,
    );
    await tried(other);
    elapsed += 60_000;
    await tried(other);
    expect(forgotten).to.deep.equal([new Date(Date.UTC(2026, 0, 1) + elapsed)]);
  });
});
