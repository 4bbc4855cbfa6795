import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { writeBundle } from "../../src/collections/source/bundle.js";
import { packagePath } from "../../src/config/package-root.js";
import type { Attempt } from "./attempt.js";
import { attemptsAtDoors } from "./attempts-at-doors.js";
import { changed, damaged, strangeJson, strangeJsonText, strangeText, strangeTexts } from "./strange.js";

const orders = "/api/v1/records/ecommerce/Order";
const json: Attempt["headers"] = [["Content-Type", "application/json"]];
const ndjson: Attempt["headers"] = [["Content-Type", "application/x-ndjson"]];
const form: Attempt["headers"] = [["Content-Type", "application/x-www-form-urlencoded"]];

const read = (path: string): string => readFileSync(packagePath(path), "utf8");
const sampleOf = (path: string): unknown => (JSON.parse(read(path)) as { documents: unknown[] }).documents[0];

/** Files of a collection that can be read and checked. */
const collectionFiles: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...[
      "collection.yaml",
      "README.md",
      "flows/send-sms-for-new-order.flow.yaml",
      "flows/convert-order-to-sms.flow.yaml",
    ],
    ...["flows/confirm-order-by-reply.flow.yaml", "translators/order-to-sms.jsonata"],
  ].map((name) => [name, read(`collections/twilio/${name}`)]),
);

const yamlPieces = [
  ...strangeTexts,
  ...[
    "&a [*a]",
    "&a {b: *a}",
    "*a",
    "<<: *a",
    "!!js/function 'x'",
    "!!binary AAAA",
    "? ",
    "- - - -",
    "|\n",
    ">-\n",
    "'",
    "\t",
    "%YAML 9.9\n",
  ],
  ...[
    "---\n",
    "...\n",
    "key: key: key",
    "{a: 1, a: 2}",
    "steps:\n",
    "each: ",
    "when: ",
    "on: ",
    "? [a]\n: b\n",
    "0o17",
    "1e999",
    "~",
  ],
];

const jsonataPieces = [
  ...[
    "$",
    "$$",
    ".",
    "**",
    "*",
    "%",
    "^(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "(",
    ":=",
    "~>",
    "|",
    "function($a){",
    "λ($a){",
    "$f($f)",
    "? ",
    ": ",
    ";",
    ",",
  ],
  ...[
    "$map(",
    "$filter(",
    "$reduce(",
    "$sort(",
    "$split(",
    "$replace(",
    "/(a+)+$/",
    "/(?=a)/",
    "/[/",
    "$match(",
    "$pad('a',1e9)",
    "$eval(",
  ],
  ...[
    "[1..1e7]",
    "[1..9]",
    "$string(",
    "$number(",
    "$fromMillis(",
    "$toMillis(",
    "$formatNumber(",
    "$formatBase(",
    "$power(2,9999)",
    "$now()",
  ],
  ...[
    "$x",
    "`a b`",
    "'a'",
    '"\\ud800"',
    "'\\u0000'",
    "1e308*10",
    "1/0",
    "and",
    "or",
    "in",
    "&",
    "<=",
    "!=",
    "@",
    "#",
    "$error('x')",
    "$lookup(",
  ],
  ...[
    "$spread(",
    "$merge(",
    "$each(",
    "$sift(",
    "__proto__",
    "constructor",
    "$toE164(",
    "$sum(",
    "$join(",
    "$clone(",
    "$base64decode('%')",
  ],
];

const content = (path: string, body: unknown, kind: string): Attempt => ({
  ...{ kind, method: "POST", target: path, headers: json },
  body: JSON.stringify(body) ?? "",
});

/** Records, one at a time, in lists, with odd types, under names of their own. */
const records: fc.Arbitrary<Attempt> = fc
  .tuple(
    fc.oneof(
      changed(sampleOf("collections/ecommerce/samples/orders.json")).map((value) => JSON.stringify(value)),
      fc
        .array(changed(sampleOf("collections/ecommerce/samples/orders.json")), { maxLength: 3 })
        .map((all) => JSON.stringify(all)),
      strangeJsonText,
    ),
    fc.constantFrom(
      orders,
      `${orders}s`,
      "/api/v1/records/ecommerce/Customer",
      "/api/v1/records/communication/Message",
    ),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      strangeHeader("Idempotency-Key"),
      strangeHeader("Content-Type"),
    ),
  )
  .map(([body, target, more]) => ({
    kind: "records",
    method: "POST",
    target,
    headers: [...more, ...json].slice(-2),
    body,
  }));

const lines: fc.Arbitrary<Attempt> = fc
  .tuple(
    fc.array(
      fc.oneof(
        strangeJsonText,
        changed(sampleOf("collections/ecommerce/samples/orders.json")).map((v) => JSON.stringify(v)),
      ),
      {
        maxLength: 6,
      },
    ),
    fc.constantFrom("\n", "\r\n", "\n\n", "\r", "\u2028"),
    fc.constantFrom(orders, "/api/v1/consent/import"),
    fc.boolean(),
  )
  .map(([all, separator, target, streamed]) => ({
    ...{ kind: "NDJSON", method: "POST", target, body: all.join(separator) },
    headers: streamed ? [...ndjson, ["Accept", "application/x-ndjson"] as const] : ndjson,
  }));

/** Lists of consent as spreadsheets write them, and as nothing does. */
const csv: fc.Arbitrary<Attempt> = fc
  .tuple(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom("contact,state,reason", "contact;state;scope;at", "\ufeffContact,State"),
      },
      strangeText,
    ),
    fc.array(
      fc.array(fc.oneof(strangeText, fc.constantFrom("+14155550132", "opted-out", '"a ""b"""', '"')), { maxLength: 5 }),
      {
        maxLength: 6,
      },
    ),
    fc.constantFrom(",", ";", "\t"),
    fc.constantFrom("\n", "\r\n", "\r"),
  )
  .map(([header, rows, separator, end]) => ({
    ...{ kind: "CSV", method: "POST", target: "/api/v1/consent/import" },
    ...{ headers: [["Content-Type", "text/csv"] as const] },
    body: [header, ...rows.map((cells) => cells.join(separator))].join(end),
  }));

const files: fc.Arbitrary<Attempt> = fc
  .constantFrom(...Object.keys(collectionFiles))
  .chain((name) =>
    damaged(collectionFiles[name] ?? "", yamlPieces).map((text) => ({ ...collectionFiles, [name]: text })),
  )
  .chain((all) =>
    fc
      .constantFrom("/api/v1/collections/examine", "/api/v1/collections/plan")
      .map((path) =>
        content(path, path.endsWith("plan") ? { files: all, parameters: {} } : { files: all }, "flow files"),
      ),
  );

/** Bundles: whole ones with damage, archives of anything, texts that say they are one. */
const bundles: fc.Arbitrary<Attempt> = fc
  .oneof(
    fc.tuple(fc.constant(await writeBundle({ files: collectionFiles, signature: null }, "tgz")), bites()).map(bite),
    fc.uint8Array({ maxLength: 2_000 }).map((bytes) => gzipSync(bytes)),
    fc
      .array(fc.record({ path: strangeText, text: strangeJson }), { maxLength: 4 })
      .map((list) => Buffer.from(JSON.stringify({ format: "patchbay-bundle-1", files: list }))),
    damaged(JSON.stringify({ format: "patchbay-bundle-1", files: [{ path: "collection.yaml", text: "name: a" }] })).map(
      (text) => Buffer.from(text),
    ),
  )
  .map((bytes) => ({
    ...{ kind: "bundles", method: "POST", target: "/api/v1/collections/examine", headers: json },
    ...{ body: '{"source":"<bundle>","acceptUnsigned":true}', bundle: Buffer.from(bytes).toString("base64") },
  }));

function bites(): fc.Arbitrary<(readonly [number, number])[]> {
  return fc.array(fc.tuple(fc.nat(5_000), fc.nat(255)), { minLength: 1, maxLength: 6 });
}

function bite([bytes, changes]: [Uint8Array, readonly (readonly [number, number])[]]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const [at, value] of changes) copy[at % copy.length] = value;
  return copy;
}

const frontMatter = `/* title: Tried
   from: ecommerce/Order
   to: communication/Sms */`;

const piece = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...jsonataPieces) }, strangeText);

/** Expressions that cost much or lead out, to be damaged. */
const wholes = [
  read("collections/twilio/translators/order-to-sms.jsonata").replace(/^[\s\S]*?\*\//, ""),
  "($f := function($n){ $n <= 1 ? 1 : $f($n - 1) + $f($n - 2) }; $f(40))",
  "$map([1..1000000], function($v){ $v * $v })",
  "$reduce([1..99999], function($a, $b){ $a & $string($b) })",
  "$replace(id, /([a-z]+)+$/, '$1')",
  '$merge([{"__proto__": {"a": 1}}, {"constructor": 1}]).constructor',
  "line_items^(>price).{name: $uppercase(title)}[0..2]",
];

const expressions: fc.Arbitrary<Attempt> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...wholes).chain((text) => damaged(text, jsonataPieces)),
      fc.constantFrom(...wholes),
      fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(" ")),
    ),
    fc.oneof(strangeJson, fc.constant(sampleOf("collections/ecommerce/samples/orders.json"))),
  )
  .map(([text, input]) =>
    content("/api/v1/translators/local/tried/try", { input, source: `${frontMatter}\n${text}` }, "JSONata"),
  );

const hooks: fc.Arbitrary<Attempt> = fc.oneof(
  fc
    .tuple(fc.constantFrom("shopify", "woocommerce"), strangeJsonText, strangeText, fc.boolean())
    .map(([shop, body, topic, real]) => ({
      ...{ kind: "hooks", method: "POST", target: `<${shop}>`, body, sign: shop as "shopify" },
      headers: [
        ...json,
        ["X-Shopify-Topic", real ? "orders/create" : oneLine(topic)] as const,
        ["X-WC-Webhook-Topic", real ? "order.created" : oneLine(topic)] as const,
        ...(topic.length > 3 ? [["X-Shopify-Webhook-Id", oneLine(topic)] as const] : []),
      ],
    })),
  fc
    .tuple(
      fc.constantFrom("<twilio>", "<status>", "<status>?effect=eff_1", "<twilio>?a=%E0%A4%A&a=1"),
      fc.dictionary(
        fc.constantFrom(
          "MessageSid",
          "From",
          "To",
          "Body",
          "MessageStatus",
          "NumMedia",
          "MediaUrl0",
          "ErrorCode",
          "OptOutType",
          "ChannelPrefix",
        ),
        strangeText,
      ),
      fc.boolean(),
    )
    .map(([target, fields, signed]) => ({
      ...{ kind: "hooks", method: "POST", target, headers: form },
      body: new URLSearchParams({ AccountSid: `AC${"0".repeat(32)}`, ...fields }).toString(),
      ...(signed ? { sign: "twilio" as const } : {}),
    })),
);

/** What a header can carry over the wire: the rest ends it, and is tried with the headers themselves. */
function oneLine(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}

function strangeHeader(name: string): fc.Arbitrary<(readonly [string, string])[]> {
  return strangeText.map((text) => [[name, oneLine(text)] as const]);
}

const headers: fc.Arbitrary<Attempt> = fc
  .tuple(
    fc.constantFrom("GET", "POST", "HEAD", "OPTIONS", "PROPFIND", "CONNECT", "TRACE", "get", "G\u0000T"),
    fc.constantFrom(
      orders,
      "/",
      "/docs",
      "/healthz",
      "*",
      "http://127.0.0.1/api/v1/runs",
      "/api/v1/stream",
      "//",
      "/api/v1/attachments/x/content",
    ),
    fc.array(
      fc.tuple(
        fc.oneof(
          fc.constantFrom(
            ...[
              "Host",
              "Content-Length",
              "Transfer-Encoding",
              "Expect",
              "Connection",
              "Upgrade",
              "Range",
              "If-None-Match",
              "Cookie",
            ],
            ...[
              "Accept",
              "Accept-Language",
              "Content-Type",
              "Content-Encoding",
              "Origin",
              "X-Forwarded-For",
              "X-Request-Id",
              "Authorization",
            ],
            ...[
              "X-Tenant-Access-Key",
              "X-Tenant-Access-Token",
              "Idempotency-Key",
              "Last-Event-ID",
              "__proto__",
              "X-HTTP-Method-Override",
            ],
          ),
          strangeText,
        ),
        strangeText,
      ),
      { maxLength: 5 },
    ),
    fc.oneof(fc.constant(""), strangeJsonText),
  )
  .map(([method, target, all, body]) => ({ kind: "headers", method, target, headers: all, body }));

/** Everything that can be tried without knowing the server's routes. */
export const attempts: Readonly<Record<string, fc.Arbitrary<Attempt>>> = {
  ...{ records, NDJSON: lines, CSV: csv, "flow files": files, bundles, JSONata: expressions, hooks, headers },
  ...attemptsAtDoors,
};
