import type { ApiKey } from "../../core/api-key.js";
import { type Caller, roles } from "../../core/caller.js";
import { permissionsOf } from "../../core/permission.js";
import type { User, UserSession } from "../../core/user.js";
import {
  array,
  described,
  flag,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
  toOptionalInstant,
} from "./schema.js";

const role = oneOf(roles);
const keyName = text({ minLength: 1, maxLength: 100 });
const dataTypes = array(text({ pattern: "^[\\w-]+/[\\w-]+$" }), { minItems: 1, maxItems: 50 });
const password = text({ minLength: 1, maxLength: 200 });
const userName = text({ minLength: 1, maxLength: 100 });

export const apiKey = named(
  "ApiKey",
  object({
    id: text(),
    name: text(),
    prefix: described("How the key begins.", text()),
    role,
    dataTypes: described("Data types it may push, and then it is good for nothing else.", nullable(array(text()))),
    state: oneOf(["live", "expired", "revoked"]),
    createdBy: text(),
    createdAt: instant,
    expiresAt: nullable(instant),
    usedAt: described("When it was last used, to the minute.", nullable(instant)),
    revokedAt: nullable(instant),
  }),
);

export const newApiKey = named(
  "NewApiKey",
  object({ key: apiKey, text: described("The key itself. It is shown now and never again.", text()) }),
);

export const keyRequest = named("KeyRequest", object({ name: keyName, role }, { dataTypes, expiresAt: instant }));

export const user = named(
  "User",
  object({
    id: described("What the audit log calls this user.", text()),
    name: text(),
    role,
    disabled: flag(),
    secondFactor: flag(),
    signsInElsewhere: described("Whether a sign-in provider, and no password, says who this is.", flag()),
    createdAt: instant,
    disabledAt: nullable(instant),
    seenAt: described("When a session of this user was last used, to the minute.", nullable(instant)),
  }),
);

export const userRequest = named("UserRequest", object({ name: userName, role, password }));
export const roleRequest = named("RoleRequest", object({ role }));
export const passwordReset = named("PasswordReset", object({ password }, { removeSecondFactor: flag() }));

export const account = named(
  "Account",
  object({
    kind: oneOf(["user", "key", "machine", "nobody"]),
    name: text(),
    role: nullable(role),
    may: described("Everything the role allows.", array(text())),
    dataTypes: nullable(array(text())),
    secondFactor: flag(),
    recoveryCodes: described("Recovery codes that are left.", integer()),
    hasPassword: flag(),
  }),
);

export const credentials = named(
  "Credentials",
  object(
    { name: userName, password },
    { code: described("Of the authenticator app, or a recovery code.", text({ minLength: 1, maxLength: 50 })) },
  ),
);
export const setupRequest = named(
  "SetupRequest",
  object({ token: text({ minLength: 1, maxLength: 200 }), name: userName, password }),
);
export const signInWays = named(
  "SignInWays",
  object({ provider: described("What the button of the sign-in provider says; null without one.", nullable(text())) }),
);
export const passwordChange = named("PasswordChange", object({ current: password, next: password }));
export const passwordProof = named("PasswordProof", object({ password }));
export const codeProof = named("CodeProof", object({ code: text({ minLength: 1, maxLength: 50 }) }));
export const factorOffer = named(
  "FactorOffer",
  object({ secret: text(), uri: described("`otpauth://…`, for a QR code.", text()) }),
);
export const recoveryCodes = named("RecoveryCodes", object({ recoveryCodes: array(text()) }));

export const userSession = named(
  "UserSession",
  object({
    id: text(),
    current: described("Whether it is the one that asks.", flag()),
    createdAt: instant,
    seenAt: instant,
    address: text(),
    browser: text(),
  }),
);

export const accessParts = [
  ...[apiKey, newApiKey, keyRequest, user, userRequest, roleRequest, passwordReset, account, credentials, setupRequest],
  ...[signInWays, passwordChange, passwordProof, codeProof, factorOffer, recoveryCodes, userSession],
];

export type ApiKeyView = Static<typeof apiKey>;
export type NewApiKeyView = Static<typeof newApiKey>;
export type UserView = Static<typeof user>;
export type AccountView = Static<typeof account>;
export type FactorOfferView = Static<typeof factorOffer>;
export type RecoveryCodesView = Static<typeof recoveryCodes>;
export type UserSessionView = Static<typeof userSession>;
export type SignInWaysView = Static<typeof signInWays>;

export function toKeyView(key: ApiKey, now: number): ApiKeyView {
  const { id, name, prefix, role: given, dataTypes: types, createdBy } = key;
  const expired = key.expiresAt !== null && key.expiresAt.getTime() <= now;
  return {
    ...{ id, name, prefix, role: given, dataTypes: types, createdBy, createdAt: toInstant(key.createdAt) },
    state: key.revokedAt !== null ? "revoked" : expired ? "expired" : "live",
    ...{ expiresAt: toOptionalInstant(key.expiresAt), usedAt: toOptionalInstant(key.usedAt) },
    revokedAt: toOptionalInstant(key.revokedAt),
  };
}

export function toUserView(one: User, seenAt: Date | null): UserView {
  return {
    ...{ id: one.id, name: one.name, role: one.role, disabled: one.disabledAt !== null },
    ...{ secondFactor: one.factor?.confirmed === true, signsInElsewhere: one.subject !== null },
    ...{ createdAt: toInstant(one.createdAt), disabledAt: toOptionalInstant(one.disabledAt) },
    seenAt: toOptionalInstant(seenAt),
  };
}

/** @param own The caller as a user; null for keys and programs. */
export function toAccountView(caller: Caller, own: User | null): AccountView {
  const factor = own?.factor?.confirmed === true ? own.factor : null;
  return {
    ...{ kind: caller.kind, name: caller.name, role: caller.role, may: permissionsOf(caller.role) },
    ...{ dataTypes: caller.dataTypes ?? null, secondFactor: factor !== null },
    ...{ recoveryCodes: factor?.recovery.length ?? 0, hasPassword: (own?.password ?? null) !== null },
  };
}

export function toSessionView(session: UserSession, current: string | null): UserSessionView {
  const { id, createdAt, seenAt, address, browser } = session;
  return {
    ...{ id, current: id === current, address, browser },
    ...{ createdAt: toInstant(createdAt), seenAt: toInstant(seenAt) },
  };
}
