import { expect } from "chai";
import type { ApiKey } from "../../src/core/api-key.js";
import type { User, UserSession } from "../../src/core/user.js";
import type { Opened } from "./opened.js";
import { at, start } from "./samples.js";

/** Who may come in. */
export function accessContract(opened: Opened): void {
  describe("access", () => {
    const key: ApiKey = {
      ...{ id: "key_1", name: "shop ✓", prefix: "pb_12345678", hash: "h1", role: "push", dataTypes: ["shop/Order"] },
      ...{ createdBy: "ann", createdAt: start, expiresAt: at(9), usedAt: null, revokedAt: null },
    };
    const user: User = {
      ...{ id: "usr_1", name: "ann", role: "owner", password: "scrypt$1", subject: null, factor: null, revision: 1 },
      ...{ createdAt: start, disabledAt: null },
    };
    const session: UserSession = {
      ...{
        id: "ses_1",
        hash: "s1",
        userId: "usr_1",
        createdAt: start,
        seenAt: start,
        address: "::1",
        browser: "Firefox",
      },
    };
    const factor = { sealed: "v1.x", confirmed: true, lastStep: 12, recovery: ["r1", "r2"] };

    const refused = async (promise: Promise<unknown>): Promise<string> =>
      promise.then(
        () => "kept",
        (error: { code: string }) => error.code,
      );

    it("keeps keys, when they were used, and that they are revoked, once and for good", async () => {
      const store = opened();
      await store.commit([
        { kind: "key-made", key },
        { kind: "key-made", key: { ...key, id: "key_2", hash: "h2", dataTypes: null, expiresAt: null } },
      ]);
      expect((await store.access.all()).keys[0]).to.deep.equal(key);
      for (const minute of [5, 3]) await store.commit([{ kind: "key-used", id: "key_1", at: at(minute) }]);
      for (const minute of [6, 7]) await store.commit([{ kind: "key-revoked", id: "key_1", at: at(minute) }]);
      expect((await store.access.all()).keys).to.deep.equal([
        { ...key, usedAt: at(5), revokedAt: at(6) },
        { ...key, id: "key_2", hash: "h2", dataTypes: null, expiresAt: null },
      ]);
    });

    it("keeps users with every member, one to a name and to a subject", async () => {
      const store = opened();
      const other = { ...user, id: "usr_2", name: "bob", password: null, subject: "https://id.example 7", factor };
      await store.commit([{ kind: "user-added", user }]);
      await store.commit([{ kind: "user-added", user: other }]);
      expect((await store.access.all()).users).to.deep.equal([user, other]);
      for (const same of [
        { ...user, id: "usr_3" },
        { ...other, id: "usr_4", name: "carl" },
      ]) {
        expect(await refused(store.commit([{ kind: "user-added", user: same }]))).to.equal("USER_KNOWN");
      }
    });

    it("lets one of two change a user that both have read", async () => {
      const store = opened();
      await store.commit([{ kind: "user-added", user }]);
      const changed: User = { ...user, role: "read", factor, disabledAt: at(1), revision: 2 };
      const change = (one: User) => refused(store.commit([{ kind: "user-changed", user: one }]));
      expect(await change(changed)).to.equal("kept");
      expect(await change({ ...changed, role: "owner" })).to.equal("USER_CHANGED");
      expect((await store.access.all()).users).to.deep.equal([changed]);
    });

    it("keeps sessions until they are ended: one, all but one, or those that are old", async () => {
      const store = opened();
      const ids = async () => (await store.access.all()).sessions.map(({ id }) => id);
      await store.commit(
        [1, 2, 3, 4].map((n) => ({
          kind: "session-opened",
          session: { ...session, id: `ses_${n}`, hash: `s${n}`, createdAt: at(n), seenAt: at(n) },
        })),
      );
      await store.commit([{ kind: "session-seen", id: "ses_1", at: at(20) }]);
      expect((await store.access.all()).sessions[0]).to.deep.equal({
        ...session,
        hash: "s1",
        createdAt: at(1),
        seenAt: at(20),
      });
      await store.commit([{ kind: "sessions-forgotten", begunBefore: at(0), seenBefore: at(3) }]);
      expect(await ids()).to.deep.equal(["ses_1", "ses_3", "ses_4"]);
      await store.commit([{ kind: "session-ended", id: "ses_3" }]);
      await store.commit([{ kind: "sessions-ended", userId: "usr_2", but: null }]);
      await store.commit([{ kind: "sessions-ended", userId: "usr_1", but: "ses_4" }]);
      expect(await ids()).to.deep.equal(["ses_4"]);
    });

    it("takes a setup token once, and all others with it", async () => {
      const store = opened();
      const tokens = ["t1", "t2"].map((hash) => ({ hash, madeAt: start }));
      for (const token of tokens) await store.commit([{ kind: "setup-offered", token }]);
      expect((await store.access.all()).setupTokens).to.deep.equal(tokens);
      const take = (hash: string) => refused(store.commit([{ kind: "setup-done", hash }]));
      expect([await take("t3"), await take("t1"), await take("t2")]).to.deep.equal([
        "SETUP_TOKEN_INVALID",
        "kept",
        "SETUP_TOKEN_INVALID",
      ]);
      expect((await store.access.all()).setupTokens).to.deep.equal([]);
    });

    it("counts attempts to sign in by place, up to as many as may fail, for all who ask at the same time", async () => {
      const { attempts } = opened().access;
      const attempt = (place: string, now = start) => attempts.count({ place, most: 3, everyMs: 1_000, now });
      const waits = await Promise.all(Array.from({ length: 5 }, () => attempt("p1")));
      expect(waits.toSorted((one, other) => one - other)).to.deep.equal([0, 0, 0, 1_000, 1_000]);
      expect(await attempt("p2"), "another place").to.equal(0);
      const later = new Date(start.getTime() + 1_000);
      expect([await attempt("p1", later), await attempt("p1", later)]).to.deep.equal([0, 1_000]);
      await attempts.takeBack({ place: "p1", everyMs: 1_000 });
      expect(await attempt("p1", later)).to.equal(0);
    });

    it("forgets attempts that count for nothing any more, and no others", async () => {
      const { attempts } = opened().access;
      const attempt = (place: string, now = start) => attempts.count({ place, most: 1, everyMs: 1_000, now });
      await attempt("old");
      await attempt("new", new Date(start.getTime() + 500));
      await attempts.forget(new Date(start.getTime() + 1_001));
      expect([await attempt("old"), await attempt("new")]).to.deep.equal([0, 1_500]);
    });
  });
}
