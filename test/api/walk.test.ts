import { request } from "node:http";
import { expect } from "chai";
import { hashOfToken } from "../../src/access/tokens.js";
import { type Role, roles } from "../../src/core/caller.js";
import { type Permission, permissions } from "../../src/core/permission.js";
import type { Store } from "../../src/core/store.js";
import type { User, UserSession } from "../../src/core/user.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { migrationsFolder } from "../store/temp-store.js";
import { type OpenApiDocument, openTestApi, type TestApi } from "./open-test-api.js";

interface Walked {
  readonly method: string;
  readonly path: string;
  readonly may: string;
}

/** Somebody who calls, and the role that ought to count; null for nobody. */
interface Walker {
  readonly who: string;
  readonly role: Role | null;
  readonly headers: Record<string, string>;
}

const closed = ["API_KEY_INVALID", "SIGN_IN_NEEDED", "NOT_ALLOWED", "SETUP_NEEDED"];
const long = new Date("2020-01-01T00:00:00Z");

const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const cookie = (text: string) => ({ cookie: `a=b; patchbay_session=${text}`, "sec-fetch-site": "same-origin" });

async function addKey(
  store: Store,
  text: string,
  more: { role: Role; expiresAt?: Date; revokedAt?: Date },
): Promise<void> {
  const now = new Date();
  const key = {
    ...{ id: `key_${text}`, name: text, prefix: "pb_test", hash: hashOfToken(text), dataTypes: null },
    ...{ createdBy: "test", createdAt: now, expiresAt: null, usedAt: now, revokedAt: null },
    ...more,
  };
  await store.commit([{ kind: "key-made", key }]);
}

async function addUser(store: Store, name: string, more: Partial<User> & Pick<User, "role">): Promise<void> {
  const user: User = {
    ...{ id: `usr_${name}`, name, password: null, subject: null, factor: null, revision: 1 },
    ...{ createdAt: long, disabledAt: null },
    ...more,
  };
  await store.commit([{ kind: "user-added", user }]);
}

async function addSession(store: Store, token: string, more: Partial<UserSession> & { userId: string }): Promise<void> {
  const now = new Date();
  const session = {
    ...{ id: `ses_${token}`, hash: hashOfToken(token), createdAt: now, seenAt: now, address: "::1", browser: "test" },
    ...more,
  };
  await store.commit([{ kind: "session-opened", session }]);
}

/** Everybody who may come along. */
async function addWalkers(store: Store): Promise<readonly Walker[]> {
  const walkers: Walker[] = [{ who: "nobody", role: null, headers: {} }];
  const add = (who: string, role: Role | null, headers: Record<string, string>) => walkers.push({ who, role, headers });
  for (const role of roles) {
    await addKey(store, `key-${role}`, { role });
    add(`a ${role} key`, role, bearer(`key-${role}`));
    await addUser(store, role, { role });
    await addSession(store, `session-${role}`, { userId: `usr_${role}` });
    add(`a signed-in ${role}`, role, cookie(`session-${role}`));
  }
  await addKey(store, "key-revoked", { role: "owner", revokedAt: long });
  add("a revoked owner key", null, bearer("key-revoked"));
  await addKey(store, "key-expired", { role: "owner", expiresAt: long });
  add("an expired owner key", null, bearer("key-expired"));
  await addUser(store, "gone", { role: "owner", disabledAt: long });
  await addSession(store, "session-gone", { userId: "usr_gone" });
  add("a disabled owner", null, cookie("session-gone"));
  await addSession(store, "session-idle", { userId: "usr_owner", seenAt: new Date(Date.now() - 13 * 3_600_000) });
  add("an owner whose session was not used for 13 hours", null, cookie("session-idle"));
  await addSession(store, "session-old", { userId: "usr_owner", createdAt: new Date(Date.now() - 8 * 86_400_000) });
  add("an owner whose session is 8 days old", null, cookie("session-old"));
  add("a key nobody made", null, bearer("pb_12345678_nobody"));
  add("a session nobody has", null, cookie("nobody"));
  return walkers;
}

describe("A walk to every door", () => {
  let store: Store;
  let api: TestApi;
  let routes: readonly Walked[];
  let walkers: readonly Walker[];
  before(async () => {
    store = await openSqliteStore({ path: ":memory:", migrationsFolder });
    walkers = await addWalkers(store);
    api = await openTestApi({ accessStore: store });
    const document = (await api.call("GET", "/openapi.json")).json as OpenApiDocument;
    routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({
        ...{ method: method.toUpperCase(), path },
        may: (operation as unknown as { "x-may": string })["x-may"],
      })),
    );
  });
  after(async () => {
    await api.close();
    await store.close();
  });

  /** Gives the status and the code; a path goes out as it is. */
  const knock = (method: string, path: string, headers: Record<string, string>): Promise<[number, string]> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(api.url);
      const outgoing = request({ hostname, port, method, path, headers, agent: false }, (response) => {
        const done = (text: string) => {
          response.destroy();
          resolve([response.statusCode ?? 0, /"code":"(\w+)"/.exec(text)?.[1] ?? ""]);
        };
        // What is streamed does not end by itself, and has no code.
        if (response.statusCode === 200) return done("");
        let text = "";
        response.on("data", (chunk) => (text += chunk)).on("end", () => done(text));
      });
      outgoing.on("error", reject).end();
    });

  it("finds each declared, by a word that is in the table", () => {
    expect(routes.length).to.be.greaterThan(110);
    const words = [...Object.keys(permissions), "visitor", "anyone"];
    for (const { may, method, path } of routes) expect(words, `${method} ${path}`).to.include(may);
    const asked = new Set(routes.map(({ may }) => may));
    // Only where a vendor is simulated; and what comes with routes that are still to come.
    const elsewhere = ["simulator:read", "simulator:use", "audit:read", "contacts:erase"];
    const unasked = Object.keys(permissions).filter((one) => !asked.has(one) && !elsewhere.includes(one));
    expect(unasked, "permissions that nothing asks for").to.deep.equal([]);
  });

  it("finds open to anyone only health, vendors' webhooks and the ways in", () => {
    const open = routes.filter(({ may }) => may === "anyone").map(({ path }) => path);
    expect(open).to.have.members([
      ...["/healthz", "/readyz", "/hooks/{connector}/{ns}/{connection}/{hookSecret}/{webhook}"],
      ...["/api/v1/setup", "/api/v1/sign-in", "/api/v1/sign-in"],
      ...["/api/v1/sign-in/provider", "/api/v1/sign-in/provider/callback"],
    ]);
  });

  const mayEnter = (may: string, role: Role | null): boolean => {
    if (may === "anyone" || may === "visitor") return true;
    return role !== null && (permissions[may as Permission] as readonly Role[]).includes(role);
  };

  const knockAsTold = async ({ who, role, headers }: Walker, { method, path, may }: Walked): Promise<void> => {
    const [status, code] = await knock(method, path.replaceAll(/[{}]/g, ""), headers);
    const allowed = mayEnter(may, role);
    const hub = path.startsWith("/compat");
    const refused = closed.includes(code) || (status === 401 && hub);
    expect(refused, `${who}: ${method} ${path} (${may}) was answered ${status} ${code}`).to.equal(!allowed);
    if (!allowed && !hub) expect(status, `${who}: ${method} ${path}`).to.equal(role === null ? 401 : 403);
  };

  it("is let in exactly where the table says so, whoever comes", async () => {
    let knocks = 0;
    for (const walker of walkers) {
      const leaves = "cookie" in walker.headers && walker.role !== null;
      for (const walked of routes.filter(({ path }) => !(leaves && path === "/api/v1/sign-out"))) {
        await knockAsTold(walker, walked);
        knocks += 1;
      }
    }
    expect(knocks).to.be.greaterThan(2_000);
  });

  it("learns nothing of addresses and methods without being somebody", async () => {
    for (const [method, path] of [
      ["GET", "/api/v1/nothing"],
      ["DELETE", "/api/v1/runs"],
      ["PUT", "/api/v1/keys"],
      ["OPTIONS", "/api/v1/users"],
      ["POST", "/api"],
    ] as const) {
      expect(await knock(method, path, {}), `${method} ${path}`).to.deep.equal([401, "API_KEY_INVALID"]);
    }
    expect(await knock("DELETE", "/api/v1/keys", bearer("key-read"))).to.deep.equal([403, "NOT_ALLOWED"]);
    expect(await knock("DELETE", "/api/v1/keys", bearer("key-owner"))).to.deep.equal([405, "METHOD_NOT_ALLOWED"]);
  });

  it("finds no way round by the shape of a path or by HEAD", async () => {
    const shapes = [
      "//api/v1/keys",
      "/api//v1/keys",
      "/api/v1/keys/",
      "/api/v1/keys//",
      "/API/v1/keys",
      "/api/V1/Keys",
    ];
    shapes.push("/api/v1/%6beys", "/api/v1/./keys", "/api/v1/x/../keys", "/api/v1/x/%2e%2e/keys", "/%61pi/v1/keys");
    shapes.push(
      "/api/v1/keys?x=/healthz",
      "/healthz/../api/v1/keys",
      "/healthz/%2e%2e/api/v1/keys",
      "/api/v1/keys;/healthz",
    );
    shapes.push(
      "/hooks/../api/v1/keys",
      "/docs/..%2fapi/v1/keys",
      "/api/v1/keys%00",
      "/api/v1/keys%2f",
      "\\api\\v1\\keys",
    );
    for (const shape of shapes) {
      for (const method of ["GET", "HEAD", "POST"]) {
        const [status] = await knock(method, shape, bearer("key-agent"));
        expect([400, 401, 403, 404, 405], `${method} ${shape} as an agent was answered ${status}`).to.include(status);
        const [anonymous] = await knock(method, shape, {});
        expect([400, 401, 403, 404, 405], `${method} ${shape} as nobody was answered ${anonymous}`).to.include(
          anonymous,
        );
      }
    }
  });

  it("pushes with a key for one data type that data type, and does nothing else", async () => {
    const now = new Date();
    const key = {
      ...{ id: "key_scoped", name: "shop", prefix: "pb_test", hash: hashOfToken("scoped"), role: "push" as const },
      ...{
        dataTypes: ["ecommerce/Order"],
        createdBy: "test",
        createdAt: now,
        expiresAt: null,
        usedAt: now,
        revokedAt: null,
      },
    };
    await store.commit([{ kind: "key-made", key }]);
    const fresh = await openTestApi({ accessStore: store });
    try {
      const push = (path: string) => fresh.call("POST", path, { headers: bearer("scoped"), body: { id: "R1" } });
      expect((await push("/api/v1/records/ecommerce/Order")).json).not.to.include({ code: "NOT_ALLOWED" });
      for (const path of ["/api/v1/records/communication/Sms", "/api/v1/records/ecommerce/Order2"]) {
        expect((await push(path)).json, path).to.include({ code: "NOT_ALLOWED" });
      }
      const read = await fresh.call("GET", "/api/v1/data-types", { headers: bearer("scoped") });
      expect(read.json).to.include({ code: "NOT_ALLOWED" });
      const account = await fresh.call("GET", "/api/v1/account", { headers: bearer("scoped") });
      expect(account.json).to.deep.include({ kind: "key", role: "push", dataTypes: ["ecommerce/Order"] });
    } finally {
      await fresh.close();
    }
  });

  it("cannot act through the browser of somebody who is signed in, from another site", async () => {
    const session = { cookie: "patchbay_session=session-owner" };
    const from = (headers: Record<string, string>) =>
      knock("POST", "/api/v1/runs/run_1/retry", { ...session, ...headers });
    const own = new URL(api.url).host;
    const refused: Record<string, string>[] = [
      {},
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: `http://${own}` },
      { "sec-fetch-site": "none" },
      { origin: "https://evil.example.com" },
      { origin: "null" },
      { origin: `https://evil.example.com/${own}` },
    ];
    for (const headers of refused) {
      expect(await from(headers), JSON.stringify(headers)).to.deep.equal([403, "ORIGIN_NOT_ALLOWED"]);
    }
    for (const headers of [{ "sec-fetch-site": "same-origin" }, { origin: `http://${own}` }]) {
      expect((await from(headers))[1], JSON.stringify(headers)).not.to.equal("ORIGIN_NOT_ALLOWED");
    }
    expect((await knock("GET", "/api/v1/account", session))[0]).to.equal(200);
  });
});
