import { type DestinationStream, destination, type Logger, pino } from "pino";
import { hidePersonal, hideValues } from "../core/personal.js";
import { framesOf } from "./frames.js";

export type Log = Logger;

/** Members that never reach the log, at any of the depths we log. */
const hidden = ["authorization", "authToken", "auth_token", "password", "secret", "apiKey", "api_key", "token"];

/** Members with the words of errors, in which values stand. */
const wordy = new Set(["problem", "why", "err"]);

/**
 * Opens the log: JSON lines on standard error, so that standard output stays free for a command's result.
 * Nothing in it says anything about a person: phone numbers and e-mail addresses are taken out of every text, and the values
 * that errors quote out of their words.
 *
 * @param level pino's level names, or `silent`.
 */
export function openLog(level: string, lines: DestinationStream = destination({ fd: 2, sync: false })): Log {
  const paths = hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const redact = { paths, censor: "[hidden]" };
  return pino({ level, base: null, redact, formatters: { log: withoutPeople } }, lines);
}

function withoutPeople(facts: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, clean(fact, wordy.has(name) ? hideValues : hidePersonal)]),
  );
}

function clean(fact: unknown, hide: (text: string) => string): unknown {
  if (typeof fact === "string") return hide(fact);
  if (Array.isArray(fact)) return fact.map((one) => clean(one, hide));
  if (fact instanceof Error) return { name: fact.name, message: hideValues(fact.message), stack: framesOf(fact) };
  if (typeof fact !== "object" || fact === null || Object.getPrototypeOf(fact) !== Object.prototype) return fact;
  return Object.fromEntries(Object.entries(fact).map(([name, one]) => [name, clean(one, hide)]));
}
