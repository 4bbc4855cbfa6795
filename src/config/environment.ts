/** One environment variable: what the README's table and the validation are made from. */
export interface EnvironmentVariable {
  readonly schema: object;
  /** As it would be written in the environment; empty for "not set". */
  readonly default: string;
  readonly purpose: string;
}

const integer = (minimum: number, maximum: number): object => ({ type: "integer", minimum, maximum });
const days = integer(0, 36_500);
const string = { type: "string" };
const optionalUrl = { type: "string", pattern: "^(|https?://[^/\\s]+.*)$" };

/** Every environment variable Patchbay reads. The README lists exactly these; a test compares them. */
export const environment = {
  DATABASE_URL: {
    schema: { type: "string", pattern: "^(sqlite:.+|postgres(ql)?://.+)" },
    default: "sqlite:./data/patchbay.db",
    purpose:
      "Where everything is kept: `sqlite:<path>`, `sqlite::memory:` for a trial that forgets, or `postgres://user:password@host/database` for several processes.",
  },
  ROLE: {
    schema: { enum: ["all", "api", "worker"] },
    default: "all",
    purpose:
      "`api` takes requests, `worker` carries runs on (and answers only `/healthz`, `/readyz` and `/metrics`), `all` does both. Roles need a store that several processes can share.",
  },
  PORT: { schema: integer(0, 65535), default: "4000", purpose: "Port of the API." },
  HOST: {
    schema: string,
    default: "127.0.0.1",
    purpose:
      "Address to listen on. Until there is a user or a key, other machines are answered nothing but the setup page.",
  },
  PUBLIC_URL: {
    schema: optionalUrl,
    default: "",
    purpose: "How vendors reach this server (`https://patchbay.example.com`). Without it delivery is not followed.",
  },
  PATCHBAY_SECRET: {
    schema: { type: "string", pattern: "^(|.{16,})$" },
    default: "",
    purpose:
      "Encrypts stored secrets, 16 characters or more. Made and kept beside a SQLite database when not set; PostgreSQL needs it.",
  },
  PATCHBAY_SECRET_FILE: {
    schema: string,
    default: "",
    purpose: "In place of PATCHBAY_SECRET, a file that holds it.",
  },
  PATCHBAY_SECRET_PREVIOUS: {
    schema: { type: "string", pattern: "^(|.{16,})$" },
    default: "",
    purpose:
      "While the secret is being replaced, the other one: what it has sealed can be read. `patchbay secret rotate` seals everything anew.",
  },
  PATCHBAY_SECRET_PREVIOUS_FILE: {
    schema: string,
    default: "",
    purpose: "In place of PATCHBAY_SECRET_PREVIOUS, a file that holds it, such as `./data/patchbay.secret`.",
  },
  ENCRYPT_PEOPLE: {
    schema: { type: "string", enum: ["no", "yes"] },
    default: "no",
    purpose:
      "Whether everything in the database that may say who somebody is is sealed there, under a key that PATCHBAY_SECRET seals: whoever loses the secret loses the data. Needs the secret to be set. A database with something in it is changed by `patchbay people seal`.",
  },
  PATCHBAY_API_KEY: {
    schema: { type: "string", pattern: "^(|.{16,})$" },
    default: "",
    purpose:
      "A key with the role owner, 16 characters or more: `Authorization: Bearer <key>`. The command line sends it as well. Other keys: `patchbay key create`.",
  },
  PATCHBAY_URL: {
    schema: optionalUrl,
    default: "",
    purpose: "Server that command-line commands talk to; `http://127.0.0.1:<PORT>` when not set.",
  },
  LOG_LEVEL: {
    schema: { enum: ["fatal", "error", "warn", "info", "debug", "trace", "silent"] },
    default: "info",
    purpose: "How much is logged (JSON lines on standard error).",
  },
  BODY_LIMIT_BYTES: {
    schema: integer(1_024, 1_073_741_824),
    default: "4194304",
    purpose: "Largest request body; for NDJSON the largest line.",
  },
  MAX_CONNECTIONS: {
    schema: integer(16, 1_000_000),
    default: "16384",
    purpose:
      "Connections at once; when there are more, those over which nothing is asked are closed first. The process needs as many file descriptors (`ulimit -n`).",
  },
  RATE_LIMIT_PER_SECOND: {
    schema: integer(0, 1_000_000),
    default: "1000",
    purpose:
      "Requests of one key or user, for good; ten seconds' worth may come at once. Past it: 429 with Retry-After. 0 switches it off.",
  },
  REFUSALS_PER_MINUTE: {
    schema: integer(0, 1_000_000),
    default: "60",
    purpose:
      "Requests with a wrong key, webhook address or signature that one address may send; past it they are answered 429, right ones go through. 0 switches it off.",
  },
  RATE_LIMIT_LOOPBACK: {
    schema: { type: "string", enum: ["no", "yes"] },
    default: "no",
    purpose: "Whether these two limits hold for callers on this machine, too.",
  },
  TRUST_PROXY: {
    schema: string,
    default: "",
    purpose:
      "Proxies in front of this server, addresses or networks separated by commas (`10.0.0.0/8`): what they write into X-Forwarded-For is believed.",
  },
  OIDC_ISSUER: {
    schema: optionalUrl,
    default: "",
    purpose:
      "Sign-in provider (OpenID Connect), such as `https://id.example.com`: people sign in there as well. Needs PUBLIC_URL; enter `<PUBLIC_URL>/api/v1/sign-in/provider/callback` at the provider.",
  },
  OIDC_CLIENT_ID: {
    schema: string,
    default: "",
    purpose: "What the provider calls this server.",
  },
  OIDC_CLIENT_SECRET: {
    schema: string,
    default: "",
    purpose: "Secret that the provider has given to this server.",
  },
  OIDC_CLIENT_SECRET_FILE: {
    schema: string,
    default: "",
    purpose: "File with that secret, in place of it.",
  },
  OIDC_ROLE_CLAIM: {
    schema: { type: "string", minLength: 1 },
    default: "groups",
    purpose: "Claim of the ID token that says what somebody is.",
  },
  OIDC_ROLES: {
    schema: string,
    default: "",
    purpose:
      "What of it is which role, the first that fits: `patchbay-admins=owner, support=agent`. Who fits none is not let in.",
  },
  OUTBOUND_ALLOW: {
    schema: string,
    default: "",
    purpose: "Private hosts that may be called all the same, separated by commas (`127.0.0.1:4010`).",
  },
  COLLECTION_INDEXES: {
    schema: string,
    default: "",
    purpose:
      "Indexes in which collections are looked up by name, separated by commas, the first first: `https://…/index.json`, `git+https://…#main`, a folder.",
  },
  EDITOR: {
    schema: string,
    default: "",
    purpose: "What `patchbay collection edit` opens a file in, such as `vim` or `code --wait`.",
  },
  PUBLISHER_KEY: {
    schema: { type: "string", minLength: 1 },
    default: "./data/publisher.key",
    purpose: "Private key that `patchbay collection sign` and `publish` sign with; `collection keys new` makes it.",
  },
  CALL_TIMEOUT_MS: {
    schema: integer(100, 30_000),
    default: "15000",
    purpose: "How long a vendor may take to answer. After that the outcome is unknown: see RECONCILE_AFTER_MS.",
  },
  TRANSLATOR_TIMEOUT_MS: {
    schema: integer(10, 60_000),
    default: "1000",
    purpose: "How long one translation may take.",
  },
  TRANSLATOR_MEMORY_MB: {
    schema: integer(16, 4_096),
    default: "64",
    purpose: "How much memory one translator thread may use.",
  },
  TRANSLATOR_THREADS: { schema: integer(1, 64), default: "1", purpose: "Translator threads." },
  INLINE_RUNS: {
    schema: integer(0, 100_000),
    default: "256",
    purpose: "Runs under way at once; past it pushes are accepted and their runs queued.",
  },
  MAX_BACKLOG: {
    schema: integer(1, 10_000_000),
    default: "100000",
    purpose:
      "Due runs and pushes under way past which pushes, changes of records and flows started by hand are answered 503 with Retry-After.",
  },
  RECONCILE_AFTER_MS: {
    schema: integer(500, 3_600_000),
    default: "60000",
    purpose:
      "How long after a call of unknown outcome the vendor is asked for it; made again only when it has nothing of it. Shorter than the vendor's list lags, a customer may get it twice.",
  },
  CONFIRM_AFTER_MS: {
    schema: integer(60_000, 2_592_000_000),
    default: "86400000",
    purpose:
      "How old a message is when the vendor is asked what became of it, if nobody has said so; then you are told.",
  },
  ASK_PRICES: {
    schema: { type: "string", enum: ["no", "yes"] },
    default: "no",
    purpose:
      "Whether the vendor is asked once, at that age, what each message has cost: one more request for every message.",
  },
  CONNECTION_CHECK_HOURS: {
    schema: integer(0, 8_760),
    default: "24",
    purpose:
      "How often each connection's account is looked at (its status, senders and webhook addresses); what is new is notified. 0 switches it off.",
  },
  FLOWS_FOLDER: {
    schema: string,
    default: "./flows",
    purpose: "Folder with this installation's own flows and translators (namespace `local`).",
  },
  RETENTION_SUCCEEDED_DAYS: {
    schema: days,
    default: "0",
    purpose:
      "Days after which what ended well goes: runs with their calls, texts and notifications, and older versions of records. 0 keeps everything.",
  },
  RETENTION_FAILED_DAYS: {
    schema: days,
    default: "0",
    purpose: "The same for what failed, was cancelled, or raised a warning or an error. 0 keeps everything.",
  },
  RETENTION_PAYLOAD_DAYS: {
    schema: days,
    default: "0",
    purpose:
      "Days after which older documents, requests, responses and results go, apart from their rows; what lost them is not replayed or retried any more. 0 keeps everything.",
  },
  RETENTION_ANSWERS_DAYS: {
    schema: days,
    default: "0",
    purpose:
      "Days for which the answer to a request with an `Idempotency-Key` is kept; after that the request is a new one. 0 keeps everything.",
  },
} as const satisfies Record<string, EnvironmentVariable>;

export type EnvironmentName = keyof typeof environment;
