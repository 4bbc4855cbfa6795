import fc from "fast-check";

/** Texts that have broken something somewhere: ends of ranges, names with a meaning, halves of characters, ways out of folders. */
export const strangeTexts = [
  ...[
    "",
    " ",
    "\u0000",
    "a\u0000b",
    "\ud800",
    "x\udfff\ud800",
    "\u202e",
    "💥",
    "ﬀ",
    "İ",
    "\ufeff",
    "\u2028",
    "\n\r\t",
    "\u007f",
  ],
  ...[
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "null",
    "undefined",
    "NaN",
    "true",
    "0",
    "-0",
    "-1",
  ],
  ...[
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "/",
    "//",
    "\\",
    ".",
    "..",
    "%",
    "%00",
    "%E0%A4%A",
    "~",
    "a~b",
    "~~",
    "*",
    "?",
    "#",
  ],
  ...[
    "' OR 1=1 --",
    '"',
    "`",
    "\\",
    "<script>",
    "$\u007b7*7}",
    "{{7*7}}",
    "$eval('1')",
    "%s%n",
    "=1+1",
    ";",
    "|",
    "&",
    "a,b",
    "[",
    "{",
    "(",
  ],
  ...[
    "2026-13-45T99:99:99Z",
    "+275760-09-13T00:00:00Z",
    "-271821-04-20T00:00:00Z",
    "0000-00-00",
    "P1Y",
    "99:99",
    "1970-01-01T00:00:00.000Z",
  ],
  ...[
    "+15005550006",
    "+1",
    "tel:+1",
    "whatsapp:+15005550006",
    "٣",
    "９",
    "1e400",
    "9007199254740993",
    "0x10",
    "1_000",
    "--",
    "evt_0",
    "run_1",
  ],
  ...[
    "a".repeat(300),
    "é".repeat(2_000),
    "(".repeat(500),
    "a/".repeat(200),
    "http://127.0.0.1:1/",
    "http://169.254.169.254/",
    "sha512-",
  ],
] as const;

export const strangeText = fc.oneof(fc.constantFrom(...strangeTexts), fc.string({ unit: "binary", maxLength: 40 }));

const strangeNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1e308, -1e308, 5e-324, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 53), 0.1, 1e21),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

/** Any JSON value, with strange names and texts in it. */
export const strangeJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(null, true, false, [], {}),
    strangeNumber,
    strangeText,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(strangeText, tie("value"), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value;

/** A JSON text, sometimes with numbers and nesting that `JSON.stringify` never writes, or cut off. */
export const strangeJsonText = fc.oneof(
  { weight: 6, arbitrary: strangeJson.map((value) => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "1e999",
      '{"a":1e999}',
      '{"a":-1e400,"id":1e400}',
      "[".repeat(70),
      '"\\ud800"',
      "\ufeff{}",
      "{}{}",
    ),
  },
  { weight: 1, arbitrary: fc.tuple(strangeJson, fc.nat(60)).map(([value, at]) => JSON.stringify(value).slice(0, at)) },
);

/** A text with pieces cut out, doubled and put in. */
export function damaged(text: string, pieces: readonly string[] = strangeTexts): fc.Arbitrary<string> {
  const cut = fc.record({
    at: fc.nat(text.length),
    length: fc.nat(60),
    put: fc.oneof(fc.constantFrom(...pieces), fc.constant(null)),
  });
  return fc.array(cut, { minLength: 1, maxLength: 5 }).map((cuts) =>
    cuts.reduce((made, { at, length, put }) => {
      const piece = put ?? made.slice(at, at + length).repeat(2);
      return made.slice(0, at) + piece + made.slice(at + length);
    }, text),
  );
}

/** A document with some members replaced, at any depth. */
export function changed(document: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(document, []);
  const change = fc.tuple(fc.constantFrom(...paths), fc.oneof(strangeJson, fc.constant(undefined)));
  return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const copy: unknown = structuredClone(document);
    for (const [path, value] of changes) put(copy, path, structuredClone(value));
    return copy;
  });
}

function pathsOf(value: unknown, path: string[]): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = Object.entries(value).flatMap(([name, member]) => pathsOf(member, [...path, name]));
  return path.length === 0 ? inside : [path, ...inside];
}

function put(document: unknown, path: readonly string[], value: unknown): void {
  let at = document;
  for (const name of path.slice(0, -1)) {
    if (typeof at !== "object" || at === null) return;
    at = (at as Record<string, unknown>)[name];
  }
  if (typeof at === "object" && at !== null) (at as Record<string, unknown>)[path.at(-1) ?? ""] = value;
}
