import { isNativeError } from "node:util/types";
import type { PatchbayError } from "../core/errors.js";
import { isJsonObject } from "../core/json.js";
import { localInstants } from "./local-time.js";
import { plain } from "./plain.js";
import { withCommands } from "./server-places.js";
import type { Terminal } from "./terminal.js";

const problemsShown = 50;

/** Tells a person (or, with `--json`, a program) what went wrong and what to do about it. */
export function reportError(error: PatchbayError, terminal: Terminal, { debug }: { debug: boolean }): void {
  const requestId = textOf(error.details.requestId);
  const problems = Array.isArray(error.details.problems) ? error.details.problems : [];
  terminal.printJson({ error: toDocument(error, requestId, problems) });
  if (!terminal.json) {
    terminal.note(`${error.title} (${error.code})`);
    const message = messageBefore(problems, error.message);
    for (const line of message === "" ? [] : localInstants(message).split("\n")) terminal.note(`  ${plain(line)}`);
    for (const problem of problems.slice(0, problemsShown)) terminal.note(`  - ${describe(problem)}`);
    if (problems.length > problemsShown) terminal.note(`  … and ${problems.length - problemsShown} more (see --json)`);
    terminal.note(`What to do: ${plain(localInstants(withCommands(error.remedy)))}`);
    if (requestId !== null) terminal.note(`Request: ${plain(requestId)} (the server's log has the details)`);
  }
  if (debug) terminal.note(stackOf(error));
}

function toDocument(error: PatchbayError, requestId: string | null, problems: readonly unknown[]): object {
  return {
    code: error.code,
    title: error.title,
    message: error.message,
    remedy: error.remedy,
    ...(requestId === null ? {} : { requestId }),
    ...(problems.length === 0 ? {} : { problems }),
  };
}

/** A message that goes on with the first problems is for those who see no list: here all of them follow, line by line. */
function messageBefore([first]: readonly unknown[], message: string): string {
  if (!isJsonObject(first)) return message;
  const said = textOf(first.message) ?? "";
  const at = said === "" ? -1 : message.indexOf(said);
  if (at < 0) return message;
  const place = textOf(first.file) ?? textOf(first.path) ?? "";
  const from = place === "" ? at : message.lastIndexOf(place, at);
  return message.slice(0, from < 0 ? at : from).trimEnd();
}

/** One line for a problem of a document or of a file. */
function describe(problem: unknown): string {
  if (!isJsonObject(problem)) return plain(String(problem));
  const { file, path, message, remedy } = problem;
  const place = [textOf(file), textOf(path)].filter((part) => part !== null && part !== "").join(":");
  const advice = textOf(remedy);
  return plain(`${place} ${localInstants(textOf(message) ?? "")}${advice === null ? "" : ` — ${advice}`}`);
}

function stackOf(error: Error): string {
  const causes: string[] = [];
  for (let cause: unknown = error; isNativeError(cause); cause = cause.cause) causes.push(cause.stack ?? cause.message);
  return causes.join("\ncaused by ");
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
