import { timingSafeEqual } from "node:crypto";
import { Refusal } from "./twilio-errors.js";

/** One account that may use the simulator. */
export interface Account {
  /** `AC` and 32 hexadecimal digits. */
  readonly accountSid: string;
  readonly authToken: string;
}

/** The account of a simulator that is given no other: for demos and tests, worth nothing anywhere else. */
export const demoAccount: Account = Object.freeze({
  accountSid: "AC0123456789abcdef0123456789abcdef",
  authToken: "fedcba9876543210fedcba9876543210",
});

/**
 * Finds the account of a path and checks that the request was made by it, by Basic authentication with SID and token.
 *
 * @throws Refusal 20404 for an account nobody has, before 20003, as Twilio does.
 */
export function requireAccount(
  accounts: ReadonlyMap<string, Account>,
  accountSid: string,
  authorization: string | undefined,
): Account {
  const account = accounts.get(accountSid);
  if (!account) throw new Refusal(20404, `account ${accountSid}`);
  return requirePassword(account, authorization);
}

/**
 * Finds the account that makes a request, where the path does not name it.
 *
 * @throws Refusal 20003
 */
export function requireLogin(accounts: ReadonlyMap<string, Account>, authorization: string | undefined): Account {
  const given = Buffer.from(/^Basic +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "", "base64").toString();
  const account = accounts.get(given.slice(0, Math.max(0, given.indexOf(":"))));
  if (!account) throw new Refusal(20003);
  return requirePassword(account, authorization);
}

function requirePassword(account: Account, authorization: string | undefined): Account {
  const given = Buffer.from(/^Basic +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "", "base64");
  const expected = Buffer.from(`${account.accountSid}:${account.authToken}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Refusal(20003);
  return account;
}
