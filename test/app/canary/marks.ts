/** One value that is looked for, and the forms it could be written in. */
export interface Mark {
  readonly name: string;
  readonly value: string;
  readonly forms: readonly string[];
}

const HEX = "hex";

/** Gives a mark with every form that a value is written in: as it is, for JSON, an address, HTML, base64, hex. */
function mark(name: string, value: string, more: readonly string[] = []): Mark {
  const forms = [value, ...more].flatMap((text) => [
    text,
    JSON.stringify(text).slice(1, -1),
    JSON.stringify(JSON.stringify(text)).slice(3, -3),
    encodeURIComponent(text),
    encodeURIComponent(text).replaceAll("'", "%27"),
    new URLSearchParams({ of: text }).toString().slice(3),
    text.replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
    Buffer.from(text).toString(HEX),
    Buffer.from(text).toString(HEX).toUpperCase(),
    ...[0, 1, 2].flatMap((before) => base64(text, before)),
  ]);
  return { name, value, forms: [...new Set(forms)] };
}

/** What stays the same of a text's base64 wherever it begins: without the characters that its neighbours have a part in. */
function base64(text: string, before: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
  const whole = bytes.toString("base64").replace(/=+$/, "");
  const first = [0, 2, 3][before] ?? 0;
  const last = bytes.length % 3 === 0 ? whole.length : whole.length - 1;
  const inner = whole.slice(first, last);
  return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
}

/** Secrets: they are nowhere in the clear but where they were typed in, and at the vendor they belong to. */
export const secrets = {
  authToken: mark("Twilio auth token", 'Kq9"zT+/canary&token-4711'),
  apiToken: mark("API token of a connection", "Vb7=wX+/canary&bearer-0815"),
  hookSecret: mark("signing secret of a webhook", 'Jm3"yR+/canary&hook-2342'),
  apiKey: mark("API key", "Lp5-uN_canary.key-9003"),
  secret: mark("PATCHBAY_SECRET", 'Gf1"sD+/canary&secret-6262'),
};

/** Personal data: in records and what comes of them, but in no log line, problem document, metric or address of ours. */
export const personal = {
  phone: mark("phone number", "4155557391", ["(415) 555-7391", "415-555-7391"]),
  email: mark("e-mail address", "o'zyxwquoll+canary@shop.example"),
  name: mark("name", "Zyxwquoll"),
  reply: mark("reply", 'Qanarytext "grüß" & 7'),
};

export const phone = `+1${personal.phone.value}`;

/** Names the marks that are found in a text, with what is around them. */
export function findMarks(text: string, marks: Readonly<Record<string, Mark>>): string[] {
  const lower = text.toLowerCase();
  return Object.values(marks).flatMap(({ name, forms }) => {
    const form = forms.find((one) => lower.includes(one.toLowerCase()));
    if (form === undefined) return [];
    const at = lower.indexOf(form.toLowerCase());
    return [`${name} (as ${form}) in …${text.slice(Math.max(0, at - 200), at + 120)}…`];
  });
}
