import { createServer, type RequestListener } from "node:http";
import { expect } from "chai";
import Provider from "oidc-provider";
import { openTestApp, type TestApp } from "../app/parts.js";

/** A browser that keeps cookies by address, follows redirects, and fills in the provider's two forms. */
function openBrowser(login: string) {
  const jars = new Map<string, Map<string, string>>();
  const visit = async (url: string, form: URLSearchParams | null = null): Promise<Response> => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const how = form === null ? {} : { method: "POST", body: form };
    const answer = await fetch(url, { ...how, redirect: "manual", headers: { cookie, accept: "text/html" } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  };
  return {
    jars,
    visit,
    /** Goes on until a page of this origin, or one without a form. @returns Every address on the way. */
    async walk(start: string, home: string): Promise<string[]> {
      const way: string[] = [start];
      let answer = await visit(start);
      for (let step = 0; step < 20; step++) {
        const here = way.at(-1) ?? "";
        const location = answer.headers.get("location");
        if (location !== null) {
          const next = new URL(location, here).href;
          way.push(next);
          if (new URL(next).origin === home && !next.includes("/api/")) return way;
          answer = await visit(next);
          continue;
        }
        const html = await answer.text();
        const action = /action="([^"]+)"/.exec(html)?.[1];
        if (action === undefined) return way;
        const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1] ?? "";
        answer = await visit(new URL(action, here).href, new URLSearchParams({ prompt, login, password: "any" }));
      }
      throw new Error(`the way has no end: ${way.join(" ")}`);
    },
  };
}

describe("Signing in at a provider", function () {
  this.timeout(60_000);
  const groups: Record<string, string[]> = { ann: ["staff", "patchbay-admins"], bob: ["support"], eve: ["visitors"] };
  const provider = createServer();
  let app: TestApp;
  before(async () => {
    await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
    const { port: providerPort } = provider.address() as { port: number };
    const issuer = `http://127.0.0.1:${providerPort}`;
    app = await openTestApp({
      OUTBOUND_ALLOW: `127.0.0.1:${providerPort}`,
      ...{ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: "patchbay", OIDC_CLIENT_SECRET: "a-secret-of-the-provider" },
      OIDC_ROLES: "patchbay-admins=owner, support=agent",
    });
    provider.on("request", realProvider(issuer, app.url, groups));
  });
  after(async () => {
    await app.close();
    provider.closeAllConnections();
    await new Promise((resolve) => provider.close(resolve));
  });

  const origin = () => new URL(app.url).origin;
  const begin = () => `${origin()}/api/v1/sign-in/provider`;

  async function signIn(login: string) {
    const browser = openBrowser(login);
    const way = await browser.walk(begin(), origin());
    const account = await browser.visit(`${origin()}/api/v1/account`);
    return { browser, way, status: account.status, account: (await account.json()) as Record<string, unknown> };
  }

  it("is offered, and asks everybody, before there is a user", async () => {
    expect(await (await fetch(`${origin()}/api/v1/sign-in`)).json())
      .to.have.property("provider")
      .that.contains("127.0.0.1");
    expect((await fetch(`${origin()}/api/v1/runs`)).status).to.equal(401);
  });

  it("lets in with the role that the provider's claim means, and knows who came before", async () => {
    const ann = await signIn("ann");
    expect(ann.account).to.include({ kind: "user", name: "ann", role: "owner", hasPassword: false });
    expect(new URL(ann.way.at(-1) ?? "").pathname).to.equal("/");
    const asked = new URL(ann.way[1] ?? "").searchParams;
    expect(asked.get("code_challenge_method")).to.equal("S256");
    expect(asked.get("state")).to.have.length.greaterThan(20);
    expect(asked.get("nonce")).to.have.length.greaterThan(20);
    expect((await signIn("bob")).account).to.include({ name: "bob", role: "agent" });
    await signIn("ann");
    const users = await ann.browser.visit(`${origin()}/api/v1/users`);
    const { items } = (await users.json()) as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).to.deep.equal(["ann", "bob"]);
  });

  it("gives the role that the claim means today", async () => {
    groups.bob = ["patchbay-admins"];
    expect((await signIn("bob")).account).to.include({ role: "owner" });
    groups.bob = ["support"];
    expect((await signIn("bob")).account).to.include({ role: "agent" });
  });

  it("leads those who have no role here back to the door", async () => {
    const eve = await signIn("eve");
    expect(eve.way.at(-1)).to.equal(`${origin()}/?sign-in=refused`);
    expect(eve.status).to.equal(401);
  });

  it("takes no answer that another browser asked for, nor one twice", async () => {
    const browser = openBrowser("ann");
    const way = await browser.walk(begin(), origin());
    const callback = way.find((url) => url.includes("/callback?")) ?? "";
    const stranger = openBrowser("bob");
    await stranger.visit(begin());
    for (const visitor of [stranger, openBrowser("zoe"), browser]) {
      const answer = await visitor.visit(callback);
      expect(answer.headers.get("location")).to.equal("/?sign-in=refused");
    }
    const forged = await browser.visit(callback.replace(/state=[^&]+/, "state=another"));
    expect(forged.headers.get("location")).to.equal("/?sign-in=refused");
  });

  it("asks the provider once for what it is, however many come at the same time", async () => {
    await app.restart();
    const asked = questions("/.well-known/openid-configuration");
    const answers = await Promise.all(Array.from({ length: 10 }, () => openBrowser("ann").visit(begin())));
    for (const answer of answers) expect(answer.headers.get("location")).to.match(/^http:.*\bstate=/);
    expect(asked()).to.equal(1);
  });

  it("does not ask the provider for ever about codes that somebody makes up", async () => {
    const guesser = openBrowser("eve");
    const there = new URL((await guesser.visit(begin())).headers.get("location") ?? "");
    const rest = `state=${there.searchParams.get("state")}&iss=${encodeURIComponent(there.origin)}`;
    const asked = questions("/token");
    for (let n = 0; n < 40; n++) {
      const answer = await guesser.visit(`${begin()}/callback?code=guess${n}&${rest}`);
      expect(answer.headers.get("location")).to.equal("/?sign-in=refused");
    }
    expect(asked()).to.be.within(20, 32);
  });

  /** Counts what the provider is asked from now on. */
  function questions(path: string): () => number {
    let count = 0;
    provider.on("request", ({ url }) => {
      if (url?.startsWith(path)) count += 1;
    });
    return () => count;
  }
});

/** A provider as it is used elsewhere, with its own forms. */
function realProvider(issuer: string, home: string, groups: Readonly<Record<string, string[]>>): RequestListener {
  const provider = new Provider(issuer, {
    clients: [
      {
        ...{ client_id: "patchbay", client_secret: "a-secret-of-the-provider" },
        redirect_uris: [`${home}/api/v1/sign-in/provider/callback`],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub", "groups"], profile: ["preferred_username"], email: ["email"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a key of the test"] },
    pkce: { required: () => true },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, groups: groups[id], preferred_username: id }),
    }),
  });
  return provider.callback();
}
