import { expect } from "chai";
import type { Change } from "../../src/core/change.js";
import type { Notification, NotificationState } from "../../src/core/notification.js";
import type { IssueFilter } from "../../src/core/store-filters.js";
import type { Opened } from "./opened.js";
import { at, raised, sampleNotification, walk } from "./samples.js";

const fingerprint = "shop/thank:ENDPOINT_BUSY";

function problem(more: Partial<Notification> = {}): Notification {
  return sampleNotification({
    level: "error",
    fingerprint,
    code: "ENDPOINT_BUSY",
    title: "Twilio is busy",
    eventId: "evt_1",
    ...more,
  });
}
const movedTo = (state: NotificationState, { id }: Notification, seconds = 5): Change => ({
  kind: "notification-moved",
  id,
  state,
  at: at(seconds),
});
const issueMoved = (state: NotificationState): Change => ({ kind: "issue-moved", fingerprint, state, at: at(7) });
const resolved = (runId: string): Change => ({ kind: "notifications-resolved", runId, eventId: "evt_1", at: at(6) });

/** Equal warnings and errors, counted, reopened and resolved. */
export function issueContract(opened: Opened): void {
  const stateOf = async (of = fingerprint): Promise<NotificationState | undefined> =>
    (await opened().issues.get(of))?.state;
  const statesOf = async (...notifications: Notification[]): Promise<unknown[]> =>
    Promise.all(notifications.map(async ({ id }) => (await opened().notifications.get(id))?.state));

  describe("an issue", () => {
    it("begins with a warning or an error", async () => {
      const store = opened();
      const first = problem({ level: "warning", createdAt: at(1) });
      await store.commit([raised(first)]);
      expect(await store.issues.get(fingerprint)).to.deep.equal({
        fingerprint,
        level: "warning",
        state: "new",
        title: first.title,
        code: first.code,
        flow: first.flow,
        count: 1,
        firstSeenAt: at(1),
        lastSeenAt: at(1),
        lastNotificationId: first.id,
      });
      expect(await store.issues.get("none")).to.equal(null);
    });

    it("counts, and shows the newest", async () => {
      const store = opened();
      const last = problem({ title: "Still busy", code: null, flow: null, createdAt: at(9) });
      await Promise.all([problem({ level: "warning" }), problem(), last].map((one) => store.commit([raised(one)])));
      const { level, title, code, flow, count, lastSeenAt, lastNotificationId } = (await store.issues.get(
        fingerprint,
      ))!;
      expect([level, title, code, flow]).to.deep.equal(["error", "Still busy", null, null]);
      expect([count, lastSeenAt, lastNotificationId]).to.deep.equal([3, at(9), last.id]);
    });

    it("has nothing to do with informations and notices", async () => {
      const store = opened();
      await store.commit([raised(problem({ level: "info" })), raised(problem({ level: "notice" }))]);
      expect(await store.issues.list({}, { limit: 5 })).to.deep.equal({ items: [], next: null });
      const error = problem({ runId: "run_7" });
      await store.commit([raised(error)]);
      expect((await store.issues.get(fingerprint))?.count).to.equal(1);
      await store.commit([resolved("run_7")]);
      expect(await stateOf()).to.equal("resolved");
    });

    it("is not counted for a commit that is refused", async () => {
      const store = opened();
      const one = problem();
      await store.commit([raised(one)]);
      await store.commit([raised(problem()), raised(one)]).catch(() => null);
      expect((await store.issues.get(fingerprint))?.count).to.equal(1);
    });

    it("is open again when it happens again, and stays acknowledged when it was that", async () => {
      const store = opened();
      await store.commit([raised(problem()), issueMoved("resolved")]);
      expect(await stateOf()).to.equal("resolved");
      await store.commit([raised(problem())]);
      expect(await stateOf()).to.equal("new");
      await store.commit([issueMoved("acknowledged"), raised(problem())]);
      expect(await stateOf()).to.equal("acknowledged");
      expect((await store.issues.get(fingerprint))?.count).to.equal(3);
    });
  });

  describe("notification-repeated", () => {
    const repeated = ({ id }: Notification, seconds: number): Change => ({
      ...{ kind: "notification-repeated", id, fingerprint, cause: "it came again" },
      at: at(seconds),
    });

    it("counts the issue and tells the newest cause, without another notification", async () => {
      const store = opened();
      const [one, other] = [problem({ state: "acknowledged" }), problem()];
      await store.commit([raised(one), raised(other), issueMoved("acknowledged")]);
      await store.commit([repeated(one, 8)]);
      const told = { cause: "it came again", state: "acknowledged", updatedAt: at(8) };
      expect(await store.notifications.get(one.id)).to.deep.equal({ ...one, ...told });
      expect((await store.notifications.get(other.id))?.cause).to.equal(null);
      const issue = { count: 3, state: "acknowledged", lastSeenAt: at(8), lastNotificationId: other.id };
      expect(await store.issues.get(fingerprint)).to.deep.include(issue);
    });

    it("opens again what was resolved", async () => {
      const store = opened();
      const one = problem();
      await store.commit([raised(one), issueMoved("resolved"), repeated(one, 8)]);
      expect([await stateOf(), ...(await statesOf(one))]).to.deep.equal(["new", "new"]);
    });
  });

  describe("issue-moved", () => {
    it("moves the issue and its open notifications forward only", async () => {
      const store = opened();
      const [one, two, done] = [problem(), problem({ state: "acknowledged" }), problem({ state: "resolved" })];
      const other = problem({ fingerprint: "another" });
      await store.commit([one, two, done, other].map(raised));
      await store.commit([issueMoved("acknowledged")]);
      expect(await statesOf(one, two, done, other)).to.deep.equal(["acknowledged", "acknowledged", "resolved", "new"]);
      expect((await store.notifications.get(one.id))?.updatedAt).to.deep.equal(at(7));
      expect((await store.notifications.get(two.id))?.updatedAt).to.deep.equal(two.updatedAt);
      await store.commit([issueMoved("resolved")]);
      expect(await statesOf(one, two, done, other)).to.deep.equal(["resolved", "resolved", "resolved", "new"]);
      await store.commit([issueMoved("acknowledged")]);
      await store.commit([issueMoved("new")]);
      expect(await statesOf(one, two)).to.deep.equal(["resolved", "resolved"]);
      expect([await stateOf(), await stateOf("another")]).to.deep.equal(["resolved", "new"]);
    });

    it("takes a fingerprint that is not there", async () => {
      await opened().commit([issueMoved("resolved")]);
      expect(await stateOf()).to.equal(undefined);
    });
  });

  describe("notification-moved", () => {
    it("resolves the issue with the last of its notifications", async () => {
      const store = opened();
      const [one, two] = [problem(), problem({ level: "warning" })];
      await store.commit([raised(one), raised(two), raised(problem({ level: "info" }))]);
      await store.commit([movedTo("resolved", one)]);
      expect(await stateOf()).to.equal("new");
      await store.commit([movedTo("acknowledged", two)]);
      expect(await stateOf()).to.equal("new");
      await store.commit([movedTo("resolved", two)]);
      expect(await stateOf()).to.equal("resolved");
    });
  });

  describe("notifications-resolved", () => {
    it("resolves a run's open notifications of every level, and leaves those of other runs and of its messages' reports", async () => {
      const store = opened();
      const mine = [problem({ runId: "run_7" }), problem({ runId: "run_7", level: "info", fingerprint: "x" })];
      const done = problem({ runId: "run_7", state: "resolved" });
      const others = [problem({ runId: "run_8" }), problem({ runId: "run_7", eventId: "evt_report" })];
      await store.commit([...mine, done, ...others].map(raised));
      await store.commit([resolved("run_7")]);
      expect(await statesOf(...mine, done, ...others)).to.deep.equal([
        "resolved",
        "resolved",
        "resolved",
        "new",
        "new",
      ]);
      expect((await store.notifications.get(mine[0]!.id))?.updatedAt).to.deep.equal(at(6));
      expect((await store.notifications.get(done.id))?.updatedAt).to.deep.equal(done.updatedAt);
    });

    it("resolves exactly the issues that have nothing open left", async () => {
      const store = opened();
      const shared = { fingerprint: "shared" };
      const changes = [
        problem({ runId: "run_7" }),
        problem({ runId: "run_7", ...shared }),
        problem({ runId: "run_8", ...shared, state: "acknowledged" }),
        problem({ runId: "run_9", fingerprint: "theirs" }),
      ].map(raised);
      await store.commit(changes);
      await store.commit([resolved("run_7")]);
      expect(await Promise.all([fingerprint, "shared", "theirs"].map(stateOf))).to.deep.equal([
        "resolved",
        "new",
        "new",
      ]);
      await store.commit([resolved("run_8")]);
      expect(await stateOf("shared")).to.equal("resolved");
    });

    it("takes what was raised in the same commit before it, and not what comes after", async () => {
      const store = opened();
      const [before, after] = [problem({ runId: "run_7" }), problem({ runId: "run_7" })];
      await store.commit([raised(before), resolved("run_7"), raised(after)]);
      expect(await statesOf(before, after)).to.deep.equal(["resolved", "new"]);
      expect(await stateOf()).to.equal("new");
    });
  });

  describe("issues.list", () => {
    it("gives pages, last seen first, and filters", async () => {
      const store = opened();
      const names = Array.from({ length: 12 }, (_, n) => `f${n}`);
      await store.commit(
        names.map((name, n) => raised(problem({ fingerprint: name, level: n % 2 === 0 ? "error" : "warning" }))),
      );
      await store.commit(
        [1, 2].map((n) => ({ kind: "issue-moved", fingerprint: `f${n}`, state: "resolved", at: at(1) }) as const),
      );
      await store.commit([raised(problem({ fingerprint: "f3", level: "warning" }))]);
      const list = async (filter: IssueFilter): Promise<string[][]> => {
        const pages = await walk((cursor) => store.issues.list(filter, { cursor, limit: 5 }));
        return pages.map((page) => page.map((issue) => issue.fingerprint));
      };
      expect(await list({})).to.deep.equal([
        ["f3", "f11", "f10", "f9", "f8"],
        ["f7", "f6", "f5", "f4", "f2"],
        ["f1", "f0"],
      ]);
      expect(await list({ state: "resolved" })).to.deep.equal([["f2", "f1"]]);
      expect(await list({ level: "warning" })).to.deep.equal([["f3", "f11", "f9", "f7", "f5"], ["f1"]]);
      expect(await list({ level: "error", state: "resolved" })).to.deep.equal([["f2"]]);
    });
  });
}
