import { PROVIDER_MS } from "../../access/sign-in-provider.js";
import { toPatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { signInWays } from "../contract/access.js";
import { cookieIn } from "../credentials.js";
import { type Answer, defineRoute, type Route } from "../route.js";
import { cookieHeader, isSecure, seatOf } from "../session-cookie.js";

type ProviderDeps = Pick<ApiDeps, "access" | "publicUrl" | "addressOf">;

/** What a browser keeps while somebody is at the provider. */
const keptCookie = "patchbay_provider";
const path = "/api/v1/sign-in/provider";

/** Signing in at another system: there and back again. */
export function signInProviderRoutes(deps: ProviderDeps): Route[] {
  return [waysIn(deps), toProvider(deps), fromProvider(deps)];
}

function waysIn({ access }: ProviderDeps): Route {
  return defineRoute({
    ...{ id: "get-sign-in-ways", method: "GET", path: "/api/v1/sign-in", may: "anyone", tag: "Access" },
    summary: "How people can sign in, apart from a name and a password",
    answers: { 200: signInWays },
    errors: [],
    handle: () => ({ status: 200, body: { provider: access.provider?.title ?? null } }),
  });
}

function toProvider({ access, publicUrl }: ProviderDeps): Route {
  return defineRoute({
    ...{ id: "begin-provider-sign-in", method: "GET", path, may: "anyone", tag: "Access" },
    summary: "Send the browser to the sign-in provider",
    answers: { 302: null },
    errors: [],
    async handle() {
      try {
        if (access.provider === null) return refused(null);
        const { url, kept } = await access.provider.begin();
        const secure = publicUrl?.startsWith("https:") === true ? "; Secure" : "";
        const age = PROVIDER_MS / 1_000;
        const cookie = `${keptCookie}=${kept}; Path=${path}; Max-Age=${age}; HttpOnly; SameSite=Lax${secure}`;
        return { status: 302, body: undefined, headers: { Location: url, "Set-Cookie": cookie } };
      } catch (thrown) {
        return refused(thrown);
      }
    },
  });
}

function fromProvider({ access, publicUrl, addressOf }: ProviderDeps): Route {
  return defineRoute({
    ...{ id: "end-provider-sign-in", method: "GET", path: `${path}/callback`, may: "anyone", tag: "Access" },
    summary: "Where the sign-in provider sends the browser back to",
    anyQuery: true,
    answers: { 302: null },
    errors: [],
    async handle({ request, url }) {
      try {
        const kept = cookieIn(request, keptCookie);
        if (access.provider === null || kept === null) return refused(null);
        const { token } = await access.provider.finish(url.slice(url.indexOf("?")), kept, seatOf(request, addressOf));
        const headers = { Location: "/", ...cookieHeader(token, isSecure(request, publicUrl)) };
        return { status: 302, body: undefined, headers };
      } catch (thrown) {
        return refused(thrown);
      }
    },
  });
}

/** People stand before a browser: they are led back to the door, which says it; the log says why. */
function refused(thrown: unknown): Answer<undefined> {
  const answer = { status: 302, body: undefined, headers: { Location: "/?sign-in=refused" } };
  return thrown === null ? answer : { ...answer, error: toPatchbayError(thrown) };
}
