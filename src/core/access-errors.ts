import { type ErrorEntry, passing, permanent } from "./error-entry.js";

/** Errors of signing in, and of who may do what. */
export const accessErrors = {
  SIGN_IN_NEEDED: permanent(401, "The session is over", "Sign in again."),
  SIGN_IN_FAILED: permanent(
    401,
    "The name, the password or the code is wrong",
    "Try again; an owner gives a new password: patchbay user reset-password <name>.",
  ),
  SIGN_IN_PROVIDER_FAILED: permanent(
    502,
    "Signing in at the provider failed",
    "Try again; check OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and the redirect address at the provider.",
  ),
  SECOND_FACTOR_NEEDED: permanent(
    401,
    "A code is needed as well",
    "Send the code that the authenticator app shows now.",
  ),
  SIGN_INS_TOO_MANY: passing(
    429,
    "Too many failed attempts to sign in",
    "Wait for the seconds in Retry-After, then try again.",
  ),
  NOT_ALLOWED: permanent(
    403,
    "Your role does not allow this",
    "Ask an owner for another role, or for a key that may do it.",
  ),
  SETUP_NEEDED: permanent(
    403,
    "Nobody can sign in yet",
    "Open /setup with the token that the server printed when it started, or set PATCHBAY_API_KEY.",
  ),
  SETUP_TOKEN_INVALID: permanent(
    403,
    "The setup token is wrong, too old or used",
    "Take the token that the server printed when it last started; start it again for a new one.",
  ),
  KEY_UNKNOWN: permanent(404, "There is no such key", "patchbay key list shows which there are."),
  USER_UNKNOWN: permanent(404, "There is no such user", "patchbay user list shows who there is."),
  USER_KNOWN: permanent(409, "There is such a user already", "Choose another name."),
  USER_CHANGED: passing(409, "The user was changed by somebody else meanwhile", "Send the request again."),
  OWNER_NEEDED: permanent(409, "Somebody has to stay an owner", "Make somebody else an owner first."),
  ACCOUNT_NEEDED: permanent(409, "This is for users only", "Sign in as a user; keys have no password and no sessions."),
  FACTOR_STATE: permanent(
    409,
    "The second factor is not in that state",
    "Look at your account: it can be begun when there is none, and confirmed after that.",
  ),
} as const satisfies Record<string, ErrorEntry>;
