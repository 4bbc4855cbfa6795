import { destination, type Logger, pino } from "pino";

export type Log = Logger;

/** Members that never reach the log, at any of the depths we log. */
const hidden = ["authorization", "authToken", "auth_token", "password", "secret", "apiKey", "api_key", "token"];

/**
 * Opens the log: JSON lines on standard error, so that standard output stays free for a command's result.
 *
 * @param level pino's level names, or `silent`.
 */
export function openLog(level: string): Log {
  const paths = hidden.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  return pino({ level, base: null, redact: { paths, censor: "[hidden]" } }, destination({ fd: 2, sync: false }));
}
