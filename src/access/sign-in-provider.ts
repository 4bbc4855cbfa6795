import type { Role } from "../core/caller.js";
import { PatchbayError } from "../core/errors.js";
import type { Http } from "../http/http.js";
import type { Sealer } from "../secrets/sealer.js";

/** How people sign in at another system, by OpenID Connect. */
export interface ProviderOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Claim of the ID token that says what somebody is: a word or a list of words. */
  readonly roleClaim: string;
  /** Word to role; of several that fit, the first one counts. */
  readonly roles: readonly (readonly [word: string, role: Role])[];
  /** Where the provider sends people back to. */
  readonly redirectUrl: string;
}

/** Who somebody is, as the provider says. */
export interface Identity {
  /** `<issuer> <subject>`: never given to anybody else. */
  readonly subject: string;
  readonly name: string;
  readonly role: Role;
}

/** Signs people in at another system. */
export interface SignInProvider {
  /** As its button says: its host. */
  readonly title: string;
  /**
   * @returns Where to send the browser, and what it keeps meanwhile: sealed, so that any process can go on with it.
   * @throws SIGN_IN_PROVIDER_FAILED
   */
  begin(): Promise<{ readonly url: string; readonly kept: string }>;
  /**
   * @param search The query with which the browser came back.
   * @throws SIGN_IN_PROVIDER_FAILED, NOT_ALLOWED when nothing that the provider says of somebody is a role here
   */
  finish(search: string, kept: string): Promise<Identity>;
}

/** How long somebody may take at the provider. */
export const PROVIDER_MS = 600_000;
/** How long what the provider says of itself is believed. */
const DISCOVERY_MS = 3_600_000;

type Client = typeof import("openid-client");
type Configuration = import("openid-client").Configuration;

interface Discovered {
  readonly client: Client;
  readonly configuration: Configuration;
  /** Milliseconds since 1970. */
  readonly until: number;
}

interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

interface ProviderTools {
  readonly http: Pick<Http, "request">;
  readonly sealer: Sealer;
  readonly now: () => number;
}

/**
 * Makes the way to a provider: authorisation code with PKCE, state and nonce. Its library is loaded, and the provider asked, when the
 * first person comes; every request goes through the outbound client and its guard.
 *
 * Source: https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export function createSignInProvider(options: ProviderOptions, { http, sealer, now }: ProviderTools): SignInProvider {
  let known: Discovered | null = null;
  let asking: Promise<Discovered> | null = null;
  const ask = async (): Promise<Discovered> => {
    const client = await import("openid-client");
    const configuration = await discovered(client, options, http);
    known = { client, configuration, until: now() + DISCOVERY_MS };
    return known;
  };
  /** Many who come at once, to a provider that is away as well, are one question to it. */
  const discover = async (): Promise<Discovered> => {
    if (known !== null && known.until > now()) return known;
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
  return {
    title: new URL(options.issuer).host,
    begin: () =>
      orFailed(async () => {
        const { client, configuration } = await discover();
        const verifier = client.randomPKCECodeVerifier();
        const [state, nonce] = [client.randomState(), client.randomNonce()];
        const url = client.buildAuthorizationUrl(configuration, {
          ...{ redirect_uri: options.redirectUrl, scope: "openid profile email", state, nonce },
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
          code_challenge_method: "S256",
        });
        const pending: Pending = { state, nonce, verifier, until: now() + PROVIDER_MS };
        return { url: url.href, kept: sealer.seal(JSON.stringify(pending)) };
      }),
    finish: (search, kept) =>
      orFailed(async () => {
        const { client, configuration } = await discover();
        const { state, nonce, verifier, until } = JSON.parse(sealer.open(kept)) as Pending;
        if (until < now()) throw new Error("it took longer than ten minutes");
        const checks = {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        };
        const back = new URL(options.redirectUrl + search);
        const claims = (await client.authorizationCodeGrant(configuration, back, checks)).claims();
        if (claims === undefined) throw new Error("the provider has sent no ID token");
        return toIdentity(claims, options);
      }),
  };
}

async function discovered(
  client: Client,
  options: ProviderOptions,
  http: ProviderTools["http"],
): Promise<Configuration> {
  const issuer = new URL(options.issuer);
  const execute = issuer.protocol === "http:" ? [client.allowInsecureRequests] : [];
  const custom = { [client.customFetch]: toFetch(http), execute };
  const { clientId, clientSecret } = options;
  const authentication = client.ClientSecretPost(clientSecret);
  return client.discovery(issuer, clientId, {}, authentication, custom);
}

/** Puts the outbound client into the shape the library wants. */
function toFetch(http: ProviderTools["http"]): import("openid-client").CustomFetch {
  return async (url, { method, headers, body }) => {
    const {
      status,
      headers: given,
      text,
    } = await http.request({
      ...{ method: method === "POST" ? "POST" : "GET", url },
      headers: Object.fromEntries(new Headers(headers)),
      ...(body === undefined || body === null ? {} : { body: String(body) }),
    });
    const answered = new Headers();
    for (const name of ["content-type", "www-authenticate", "cache-control", "dpop-nonce"]) {
      if (given[name] !== undefined) answered.set(name, given[name]);
    }
    return new Response(status === 204 || status === 304 ? null : text, { status, headers: answered });
  };
}

type Claims = Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string };

function toIdentity(claims: Claims, { roleClaim, roles }: ProviderOptions): Identity {
  const said = [claims[roleClaim]].flat().filter((word) => typeof word === "string");
  const role = roles.find(([word]) => said.includes(word))?.[1];
  if (role === undefined) {
    throw new PatchbayError("NOT_ALLOWED", `Nothing in the claim ${roleClaim} is a role here: see OIDC_ROLES`);
  }
  const { preferred_username: username, email } = claims;
  const name = [username, email].find((one) => typeof one === "string" && one !== "") ?? claims.sub;
  return { subject: `${claims.iss} ${claims.sub}`, name: String(name), role };
}

async function orFailed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof PatchbayError && cause.code === "NOT_ALLOWED") throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new PatchbayError("SIGN_IN_PROVIDER_FAILED", `The sign-in provider did not let anybody in: ${why}`, {
      cause,
    });
  }
}
