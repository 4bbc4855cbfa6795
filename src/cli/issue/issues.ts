import type { IssueView } from "../../api/contract/issue.js";
import type { CommandContext } from "../context.js";
import { levelCell } from "../history/tones.js";
import { localInstants, localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

const headings = ["LAST SEEN", "LEVEL", "STATE", "COUNT", "WHAT", "FINGERPRINT"];

/** Lists issues, last seen first. */
export async function listIssues(
  filter: { limit: number; state: string | undefined; level: string | undefined },
  { client, terminal }: CommandContext,
): Promise<void> {
  const issues = await client.list<IssueView>("/api/v1/issues", filter);
  terminal.printJson({ items: issues });
  if (issues.length === 0) terminal.print("There are no such issues.");
  else terminal.print(...table(terminal.paint, headings, issues.map(toRow)));
}

/** Moves an issue forward, with its open notifications. */
export async function moveIssue(
  fingerprint: string,
  verb: "acknowledge" | "resolve",
  { client, terminal }: CommandContext,
): Promise<void> {
  const issue = await client.post<IssueView>(`/api/v1/issues/${encodeURIComponent(fingerprint)}/${verb}`, {});
  terminal.printJson(issue);
  terminal.print(`${localInstants(issue.title)}: ${issue.state}.`);
}

function toRow({ lastSeenAt, level, state, count, title, fingerprint }: IssueView): Cell[] {
  return [localTime(lastSeenAt), levelCell(level), state, String(count), localInstants(title), ["faint", fingerprint]];
}
