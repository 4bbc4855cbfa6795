import fc from "fast-check";
import type { Attempt } from "./attempt.js";
import { damaged, strangeJson, strangeJsonText, strangeText } from "./strange.js";

const json = ["Content-Type", "application/json"] as const;
/** Without a key: whoever has one need not sign in. */
const nobody = ["Authorization", ""] as const;

/** What a header can carry over the wire. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}

/** Names, passwords and codes of people there are not, and setup tokens. */
const signIns: fc.Arbitrary<Attempt> = fc
  .tuple(
    fc.constantFrom(
      "/api/v1/sign-in",
      "/api/v1/setup",
      "/api/v1/account/password",
      "/api/v1/account/second-factor/begin",
    ),
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ name: strangeText, password: strangeText, code: strangeText }, { requiredKeys: [] }),
      },
      fc.record({ token: strangeText, name: strangeText, password: strangeText }),
      fc.record({ name: fc.constant("ann"), password: fc.oneof(strangeText, strangeJson), code: strangeJson }),
    ),
    fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, strangeJsonText),
    fc.oneof({ weight: 3, arbitrary: fc.constant("127.0.0.1") }, strangeText),
  )
  .map(([target, body, other, from]) => ({
    ...{ kind: "sign-ins", method: "POST", target, body: other ?? JSON.stringify(body) },
    headers: [json, nobody, ["X-Forwarded-For", oneLine(from)], ["Sec-Fetch-Site", "same-origin"]],
  }));

const token = "q".repeat(43);
const cookies = [
  ...[`patchbay_session=${token}`, `__Host-patchbay_session=${token}`, `patchbay_session=${token}; patchbay_session=x`],
  ...["patchbay_session=", "patchbay_session", "=; ;;=", "patchbay_provider=v2.a.b.c.d"],
];

/** Cookies that are nobody's, on routes that read, write and stream. */
const sessions: fc.Arbitrary<Attempt> = fc
  .tuple(
    fc.constantFrom(
      ...(["GET /api/v1/account", "GET /api/v1/runs", "GET /api/v1/stream", "POST /api/v1/sign-out", "GET /"] as const),
      ...(["POST /api/v1/records/ecommerce/Order", "GET /openapi.json", "DELETE /api/v1/collections/twilio"] as const),
    ),
    fc.constantFrom(...cookies).chain((cookie) => fc.oneof(fc.constant(cookie), damaged(cookie), strangeText)),
    fc.oneof(fc.constantFrom("same-origin", "cross-site", "none"), strangeText),
    fc.oneof(fc.constantFrom("", "Bearer ", "Basic YTpi", `Bearer pb_12345678_${token}`), strangeText),
  )
  .map(([route, cookie, site, authorization]) => {
    const [method = "", target = ""] = route.split(" ");
    const given = { Cookie: cookie, "Sec-Fetch-Site": site, Origin: site, Authorization: authorization };
    const headers = Object.entries(given).map(([name, value]) => [name, oneLine(value)] as const);
    return { kind: "sessions", method, target, headers };
  });

const part = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? "").toString("base64url");
const jwt = fc
  .tuple(fc.oneof(fc.constant({ alg: "RS256" }), fc.constant({ alg: "none" }), strangeJson), strangeJson, strangeText)
  .map(([head, claims, signature]) => `${part(head)}.${part(claims)}.${encodeURIComponent(oneLine(signature))}`);

/** What a provider answers when it is asked for tokens. */
const tokens = fc.oneof(
  fc
    .record({
      access_token: strangeText,
      token_type: fc.constantFrom("Bearer", "", "dpop"),
      id_token: fc.oneof(jwt, strangeText),
    })
    .map((answer) => JSON.stringify(answer)),
  strangeJsonText,
);

/** Browsers that come back from the sign-in provider, and what the provider answers then. */
const provider: fc.Arbitrary<Attempt> = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.oneof(
          fc.constantFrom("code", "state", "iss", "error", "error_description", "response", "session_state"),
          strangeText,
        ),
        fc.oneof(fc.constantFrom("a-code", "<state>"), strangeText),
      ),
      { maxLength: 4 },
    ),
    fc.boolean(),
    fc.oneof({ weight: 4, arbitrary: fc.constant("<kept>") }, fc.constantFrom("", "v2.a.b.c.d"), strangeText),
    tokens,
  )
  .map(([pairs, rightly, kept, answer]) => {
    const query = [
      ...(rightly
        ? [
            ["code", "a-code"],
            ["state", "<state>"],
          ]
        : []),
      ...pairs,
    ];
    const text = query.map(
      ([name = "", value = ""]) => `${escaped(name)}=${value === "<state>" ? value : escaped(value)}`,
    );
    return {
      ...{ kind: "provider", method: "GET", target: `/api/v1/sign-in/provider/callback?${text.join("&")}` },
      headers: [nobody, ["Cookie", `patchbay_provider=${oneLine(kept)}`]],
      bundle: Buffer.from(answer).toString("base64"),
    };
  });

function escaped(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Surrogate}/gu, "\ufffd"));
}

/** What strangers try where people come in. */
export const attemptsAtDoors: Readonly<Record<string, fc.Arbitrary<Attempt>>> = {
  ...{ "sign-ins": signIns, sessions, provider },
};
