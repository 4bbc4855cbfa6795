import { expect } from "chai";
import { generate } from "otplib";
import type { Access } from "../../src/access/open-access.js";
import type { Store } from "../../src/core/store.js";
import { openSqliteStore } from "../../src/store/sqlite/open-sqlite-store.js";
import { migrationsFolder } from "../store/temp-store.js";
import { openTestAccess } from "./open-test-access.js";
import { openTestApi, type TestAnswer, type TestApi } from "./open-test-api.js";

const password = "correct horse battery";
const next = "staple battery horse 9";

describe("Signing in", () => {
  let store: Store;
  let access: Access;
  let api: TestApi;
  let setupToken: string;
  before(async () => {
    store = await openSqliteStore({ path: ":memory:", migrationsFolder });
    access = openTestAccess(store);
    setupToken = (await access.setup.offer()) ?? "";
    api = await openTestApi({ access });
  });
  after(async () => {
    await api.close();
    await store.close();
  });

  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    api.call("POST", `/api/v1/${path}`, { body, headers: { "sec-fetch-site": "same-origin", ...headers } });
  const get = (path: string, cookie: string) => api.call("GET", `/api/v1/${path}`, { headers: { cookie } });
  const cookieOf = ({ headers }: TestAnswer) => String(headers["set-cookie"]).split(";")[0] ?? "";
  const signIn = (body: object) => post("sign-in", { name: "ann", password, ...body });
  const codeOf = ({ json }: TestAnswer) => (json as { code?: string }).code;

  it("begins with the first owner, whom the setup token makes once", async () => {
    const wish = { name: "Ann", password };
    expect(codeOf(await post("setup", { ...wish, token: "wrong" }))).to.equal("SETUP_TOKEN_INVALID");
    expect(codeOf(await post("setup", { ...wish, password: "short", token: setupToken }))).to.equal("REQUEST_INVALID");
    const answer = await post("setup", { ...wish, token: setupToken });
    expect(answer.status).to.equal(201);
    expect(answer.json).to.include({ kind: "user", name: "ann", role: "owner" });
    expect((await get("users", cookieOf(answer))).status).to.equal(200);
    expect(codeOf(await post("setup", { ...wish, token: setupToken }))).to.equal("SETUP_TOKEN_INVALID");
    expect(await access.setup.offer()).to.equal(null);
  });

  it("is asked of everybody once there is a user, on this machine too", async () => {
    expect(codeOf(await api.call("GET", "/api/v1/runs"))).to.equal("API_KEY_INVALID");
  });

  it("gives a cookie that scripts do not see, another one each time", async () => {
    const [one, other] = [await signIn({}), await signIn({})];
    expect(one.headers["set-cookie"]).to.match(
      /^patchbay_session=[\w-]{43}; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/,
    );
    expect(cookieOf(one)).not.to.equal(cookieOf(other));
    expect((await get("account", cookieOf(one))).json).to.include({
      name: "ann",
      hasPassword: true,
      secondFactor: false,
    });
    const kept = JSON.stringify(await store.access.all());
    expect(kept).not.to.contain(cookieOf(one).split("=")[1]).and.not.to.contain(password);
  });

  it("goes over TLS only for who comes by a public URL with TLS", async () => {
    const headers = { host: "patchbay.example.com" };
    const answer = await post("sign-in", { name: "ann", password }, headers);
    expect(answer.headers["set-cookie"]).to.match(/^__Host-patchbay_session=.*; Secure$/);
    const cookie = cookieOf(answer);
    expect((await api.call("GET", "/api/v1/account", { headers: { ...headers, cookie } })).status).to.equal(200);
    const plain = cookie.replace("__Host-", "");
    expect((await api.call("GET", "/api/v1/account", { headers: { ...headers, cookie: plain } })).status).to.equal(401);
  });

  it("ends with signing out, with the cookie's session", async () => {
    const cookie = cookieOf(await signIn({}));
    const out = await post("sign-out", undefined, { cookie });
    expect([out.status, cookieOf(out)]).to.deep.equal([204, "patchbay_session="]);
    expect(codeOf(await get("account", cookie))).to.equal("SIGN_IN_NEEDED");
  });

  it("shows one's own browsers, and signs them out", async () => {
    const [mine, other] = [cookieOf(await signIn({})), cookieOf(await signIn({}))];
    type Listed = { items: { id: string; current: boolean }[] };
    const { items } = (await get("account/sessions", mine)).json as Listed;
    expect(items.filter(({ current }) => current)).to.have.lengthOf(1);
    const others = ((await get("account/sessions", other)).json as Listed).items.find(({ current }) => current);
    await post(`account/sessions/${others?.id}/end`, undefined, { cookie: mine });
    expect((await get("account", other)).status).to.equal(401);
    expect((await get("account", mine)).status).to.equal(200);
  });

  it("ends all other sessions when the password is changed, and gives this browser another", async () => {
    const [mine, other] = [cookieOf(await signIn({})), cookieOf(await signIn({}))];
    const change = (body: object) => post("account/password", body, { cookie: mine });
    expect(codeOf(await change({ current: "wrong", next }))).to.equal("SIGN_IN_FAILED");
    const changed = await change({ current: password, next });
    expect(changed.status).to.equal(200);
    for (const old of [mine, other]) expect((await get("account", old)).status).to.equal(401);
    expect((await get("account", cookieOf(changed))).status).to.equal(200);
    expect(codeOf(await signIn({}))).to.equal("SIGN_IN_FAILED");
    await post("account/password", { current: next, next: password }, { cookie: cookieOf(changed) });
  });

  it("ends a user's sessions with a new role, a new password and when the user is disabled", async () => {
    const owner = { cookie: cookieOf(await signIn({})) };
    expect((await post("users", { name: "bob", role: "operator", password }, owner)).status).to.equal(201);
    expect(codeOf(await post("users", { name: "BOB", role: "read", password }, owner))).to.equal("USER_KNOWN");
    const bob = () => post("sign-in", { name: "bob", password });
    for (const [path, body] of [
      ["users/bob/role", { role: "agent" }],
      ["users/bob/reset-password", { password }],
      ["users/bob/disable", undefined],
    ] as const) {
      const cookie = cookieOf(await bob());
      expect((await get("account", cookie)).status, path).to.equal(200);
      expect((await post(path, body, owner)).status, path).to.equal(200);
      expect((await get("account", cookie)).status, path).to.equal(401);
    }
    expect(codeOf(await bob())).to.equal("SIGN_IN_FAILED");
    await post("users/bob/enable", undefined, owner);
    expect((await bob()).json).to.include({ role: "agent" });
  });

  it("leaves somebody an owner", async () => {
    const owner = { cookie: cookieOf(await signIn({})) };
    for (const [path, body] of [
      ["users/ann/disable", undefined],
      ["users/ann/role", { role: "read" }],
    ] as const) {
      expect(codeOf(await post(path, body, owner)), path).to.equal("OWNER_NEEDED");
    }
  });

  it("asks for a code once a second factor is confirmed, takes none twice, and a recovery code once", async () => {
    const cookie = cookieOf(await signIn({}));
    const factor = (verb: string, body: object) => post(`account/second-factor/${verb}`, body, { cookie });
    expect(codeOf(await factor("begin", { password: "wrong" }))).to.equal("SIGN_IN_FAILED");
    const { secret, uri } = (await factor("begin", { password })).json as { secret: string; uri: string };
    expect(uri).to.contain("otpauth://totp/Patchbay:ann?").and.to.contain(secret);
    expect((await signIn({})).status, "not confirmed yet").to.equal(200);
    expect(codeOf(await factor("confirm", { code: "000000" }))).to.equal("SIGN_IN_FAILED");
    const code = await generate({ secret });
    const { recoveryCodes } = (await factor("confirm", { code })).json as { recoveryCodes: string[] };
    expect(recoveryCodes).to.have.lengthOf(10);
    expect(codeOf(await signIn({}))).to.equal("SECOND_FACTOR_NEEDED");
    expect(codeOf(await signIn({ code })), "used already").to.equal("SIGN_IN_FAILED");
    const epoch = Math.floor(Date.now() / 1_000);
    const later = await generate({ secret, epoch: epoch + 30 });
    expect((await signIn({ code: later })).status).to.equal(200);
    expect((await signIn({ code: recoveryCodes[0] })).json).to.include({ recoveryCodes: 9 });
    expect(codeOf(await signIn({ code: recoveryCodes[0] }))).to.equal("SIGN_IN_FAILED");
    const kept = JSON.stringify(await store.access.all());
    expect(kept).not.to.contain(secret).and.not.to.contain(recoveryCodes[1]?.replaceAll("-", ""));
    expect((await factor("remove", { password })).status).to.equal(204);
    expect((await signIn({})).status).to.equal(200);
  });

  it("says the same of a wrong password and of a user there is not, and slows guessing down", async () => {
    const guess = (name: string) => post("sign-in", { name, password: "a wrong password" });
    const [known, unknown] = [await guess("bob"), await guess("zoe")];
    expect({ ...(known.json as object), instance: "" }).to.deep.equal({ ...(unknown.json as object), instance: "" });
    const before = api.logged.length;
    const answers = await Promise.all(Array.from({ length: 12 }, () => guess("mallory")));
    const tooMany = answers.find(({ status }) => status === 429);
    expect(codeOf(tooMany ?? answers[0]!)).to.equal("SIGN_INS_TOO_MANY");
    expect(Number(tooMany?.headers["retry-after"])).to.be.greaterThan(0);
    const told = api.logged.slice(before).map((line) => JSON.parse(line) as { level: number; code?: string });
    const loud = told.filter(({ level }) => level >= 30).map(({ code }) => code);
    expect(loud, "a flood does not fill the log").to.deep.equal(Array.from({ length: 8 }, () => "SIGN_IN_FAILED"));
    const cookie = cookieOf(await signIn({}));
    expect((await get("account", cookie)).status, "others still come in").to.equal(200);
  });
});
