import { PatchbayError } from "../core/errors.js";
import type { AccessParts } from "./access-parts.js";
import type { Passwords } from "./passwords.js";
import type { Seat } from "./sessions.js";
import type { SignedIn, SignIn } from "./sign-in.js";
import { hashOfToken, randomToken } from "./tokens.js";
import { hasOwner, newUser } from "./users.js";

/** A token that nobody has used by then is good for nothing: it may stand in a log. */
const VALID_MS = 24 * 3_600_000;

/** Makes the first owner. */
export interface Setup {
  /** Makes a token for whoever starts the server to see; null once there is an owner. */
  offer(): Promise<string | null>;
  /** Makes the owner, and signs in. Works once. @throws SETUP_TOKEN_INVALID, REQUEST_INVALID, USER_KNOWN */
  complete(
    wish: { readonly token: string; readonly name: string; readonly password: string },
    seat: Seat,
  ): Promise<SignedIn>;
}

export function createSetup(parts: AccessParts & { readonly passwords: Passwords; readonly signIn: SignIn }): Setup {
  const { snapshots, now, signIn } = parts;
  return {
    async offer() {
      if (hasOwner(await snapshots.now())) return null;
      const token = randomToken();
      const offered = { hash: hashOfToken(token), madeAt: new Date(now()) };
      await snapshots.commit([{ kind: "setup-offered", token: offered }]);
      return token;
    },
    async complete({ token, name, password }, seat) {
      const { setupTokens, users } = await snapshots.now();
      const hash = hashOfToken(token.trim());
      const offered = setupTokens.find((one) => one.hash === hash);
      if (offered === undefined || now() - offered.madeAt.getTime() > VALID_MS || hasOwner({ users })) {
        throw new PatchbayError("SETUP_TOKEN_INVALID", "The setup token is wrong, too old or used");
      }
      const user = await newUser(parts, { name, role: "owner", password });
      await snapshots.commit([
        { kind: "setup-done", hash },
        { kind: "user-added", user },
      ]);
      return signIn.begin(user, seat);
    },
  };
}
