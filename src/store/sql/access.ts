import type { AccessChange } from "../../core/access-store.js";
import type { ApiKey } from "../../core/api-key.js";
import type { Role } from "../../core/caller.js";
import type { SecondFactor, SetupToken, User, UserSession } from "../../core/user.js";
import { columns, fromInstant, fromJson } from "./columns.js";
import { assignments, insertInto, type Row, type Statement, type Write } from "./statement.js";

const keyColumns = [
  ...["id", "name", "prefix", "hash", "role", "data_types", "created_by"],
  ...["created_at", "expires_at", "used_at", "revoked_at"],
] as const;
const userState = ["role", "password", "subject", "factor", "revision", "disabled_at"] as const;
const userColumns = ["id", "name", "created_at", ...userState] as const;
const sessionColumns = ["id", "hash", "user_id", "created_at", "seen_at", "address", "browser"] as const;

const statements = {
  addUser: insertInto("users", userColumns, "ON CONFLICT DO NOTHING"),
  changeUser: `UPDATE users SET ${assignments(userState)} WHERE id = ? AND revision = ?`,
  makeKey: insertInto("api_keys", keyColumns),
  offer: insertInto("setup_tokens", ["hash", "made_at"]),
  open: insertInto("user_sessions", sessionColumns),
};

const kinds: Readonly<Record<AccessChange["kind"], true>> = {
  ...{ "key-made": true, "key-revoked": true, "key-used": true, "user-added": true, "user-changed": true },
  ...{ "session-opened": true, "session-seen": true, "session-ended": true, "sessions-ended": true },
  ...{ "sessions-forgotten": true, "setup-offered": true, "setup-done": true },
};

export function isAccessChange(change: { readonly kind: string }): change is AccessChange {
  return Object.hasOwn(kinds, change.kind);
}

/** Gives a change of who may come in as the database sees it. */
export function accessWrites(change: AccessChange): Write | readonly Write[] {
  switch (change.kind) {
    case "key-made":
      return { sql: statements.makeKey, values: keyValues(change.key) };
    case "key-revoked":
      return {
        sql: "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
        values: [fromInstant(change.at), change.id],
      };
    case "key-used":
      return moveForward("api_keys", "used_at", change);
    case "user-added":
      return {
        sql: statements.addUser,
        values: [change.user.id, change.user.name, fromInstant(change.user.createdAt), ...stateOf(change.user)],
        refusal: { code: "USER_KNOWN", message: `There is a user ${change.user.name} already` },
      };
    case "user-changed":
      return {
        sql: statements.changeUser,
        values: [...stateOf(change.user), change.user.id, change.user.revision - 1],
        refusal: { code: "USER_CHANGED", message: `The user ${change.user.name} was changed meanwhile` },
      };
    default:
      return sessionWrites(change);
  }
}

type KeyOrUser = "key-made" | "key-revoked" | "key-used" | "user-added" | "user-changed";

function sessionWrites(change: Exclude<AccessChange, { kind: KeyOrUser }>): Write | readonly Write[] {
  switch (change.kind) {
    case "session-opened":
      return { sql: statements.open, values: sessionValues(change.session) };
    case "session-seen":
      return moveForward("user_sessions", "seen_at", change);
    case "session-ended":
      return { sql: "DELETE FROM user_sessions WHERE id = ?", values: [change.id] };
    case "sessions-ended":
      return {
        sql: "DELETE FROM user_sessions WHERE user_id = ? AND id <> ?",
        values: [change.userId, change.but ?? ""],
      };
    case "sessions-forgotten":
      return {
        sql: "DELETE FROM user_sessions WHERE created_at < ? OR seen_at < ?",
        values: [fromInstant(change.begunBefore), fromInstant(change.seenBefore)],
      };
    case "setup-offered":
      return { sql: statements.offer, values: [change.token.hash, fromInstant(change.token.madeAt)] };
    case "setup-done":
      return [
        {
          sql: "DELETE FROM setup_tokens WHERE hash = ?",
          values: [change.hash],
          refusal: { code: "SETUP_TOKEN_INVALID", message: "The setup token is wrong, or was used" },
        },
        { sql: "DELETE FROM setup_tokens", values: [] },
      ];
  }
}

function moveForward(table: string, column: string, { id, at }: { readonly id: string; readonly at: Date }): Write {
  const sql = `UPDATE ${table} SET ${column} = ? WHERE id = ? AND (${column} IS NULL OR ${column} < ?)`;
  return { sql, values: [fromInstant(at), id, fromInstant(at)] };
}

export const accessStatements = {
  keys: { sql: `SELECT ${keyColumns.join(", ")} FROM api_keys ORDER BY created_at, id`, values: [] },
  users: { sql: `SELECT ${userColumns.join(", ")} FROM users ORDER BY created_at, id`, values: [] },
  sessions: { sql: `SELECT ${sessionColumns.join(", ")} FROM user_sessions ORDER BY created_at, id`, values: [] },
  setupTokens: { sql: "SELECT hash, made_at FROM setup_tokens ORDER BY made_at, hash", values: [] },
} as const satisfies Readonly<Record<string, Statement>>;

function keyValues(key: ApiKey) {
  return [
    ...[key.id, key.name, key.prefix, key.hash, key.role, fromJson(key.dataTypes), key.createdBy],
    ...[key.createdAt, key.expiresAt, key.usedAt, key.revokedAt].map((at) => fromInstant(at)),
  ];
}

export function toApiKey(row: Row): ApiKey {
  const { text, word, instant, instantOrNull, jsonOrNull } = columns(row);
  return {
    ...{ id: text("id"), name: text("name"), prefix: text("prefix"), hash: text("hash"), role: word<Role>("role") },
    ...{ dataTypes: jsonOrNull<readonly string[]>("data_types"), createdBy: text("created_by") },
    ...{ createdAt: instant("created_at"), expiresAt: instantOrNull("expires_at") },
    ...{ usedAt: instantOrNull("used_at"), revokedAt: instantOrNull("revoked_at") },
  };
}

function stateOf({ role, password, subject, factor, revision, disabledAt }: User) {
  return [role, password, subject, fromJson(factor), revision, fromInstant(disabledAt)];
}

export function toUser(row: Row): User {
  const { text, textOrNull, word, number, instant, instantOrNull, jsonOrNull } = columns(row);
  return {
    ...{ id: text("id"), name: text("name"), role: word<Role>("role"), password: textOrNull("password") },
    ...{ subject: textOrNull("subject"), factor: jsonOrNull<SecondFactor>("factor"), revision: number("revision") },
    ...{ createdAt: instant("created_at"), disabledAt: instantOrNull("disabled_at") },
  };
}

function sessionValues({ id, hash, userId, createdAt, seenAt, address, browser }: UserSession) {
  return [id, hash, userId, fromInstant(createdAt), fromInstant(seenAt), address, browser];
}

export function toUserSession(row: Row): UserSession {
  const { text, instant } = columns(row);
  return {
    ...{ id: text("id"), hash: text("hash"), userId: text("user_id") },
    ...{ createdAt: instant("created_at"), seenAt: instant("seen_at") },
    ...{ address: text("address"), browser: text("browser") },
  };
}

export function toSetupToken(row: Row): SetupToken {
  const { text, instant } = columns(row);
  return { hash: text("hash"), madeAt: instant("made_at") };
}
