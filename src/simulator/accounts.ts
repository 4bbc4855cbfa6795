import { timingSafeEqual } from "node:crypto";
import { Refusal } from "./twilio-errors.js";

/** One account that may use the simulator. */
export interface Account {
  /** `AC` and 32 hexadecimal digits. */
  readonly accountSid: string;
  readonly authToken: string;
  /** Secrets of its API keys by their SIDs: either is as good as SID and token for requests. */
  readonly apiKeys?: Readonly<Record<string, string>>;
}

/** The account of a simulator that is given no other: for demos and tests, worth nothing anywhere else. */
export const demoAccount: Account = Object.freeze({
  accountSid: "AC0123456789abcdef0123456789abcdef",
  authToken: "fedcba9876543210fedcba9876543210",
});

/**
 * Finds the account of a path and checks that the request was made by it, by Basic authentication with SID and token, or with an API key.
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
  const given = givenLogin(authorization).toString();
  const user = given.slice(0, Math.max(0, given.indexOf(":")));
  const account = accounts.get(user) ?? [...accounts.values()].find(({ apiKeys = {} }) => Object.hasOwn(apiKeys, user));
  if (!account) throw new Refusal(20003);
  return requirePassword(account, authorization);
}

function requirePassword(account: Account, authorization: string | undefined): Account {
  const given = givenLogin(authorization);
  const logins = [[account.accountSid, account.authToken], ...Object.entries(account.apiKeys ?? {})];
  if (logins.some((login) => isSame(given, Buffer.from(login.join(":"))))) return account;
  throw new Refusal(20003);
}

function givenLogin(authorization: string | undefined): Buffer {
  return Buffer.from(/^Basic +(\S+)$/i.exec(authorization ?? "")?.[1] ?? "", "base64");
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
