import type { AppliedPlanView, WebhookPlanView } from "../../api/contract/connection.js";
import { confirm } from "../confirm.js";
import { pathOf, whoAmI } from "../connection/switch-connection.js";
import type { CommandContext } from "../context.js";
import { localInstants } from "../local-time.js";
import { count } from "../plain.js";
import { type Cell, table } from "../table.js";
import type { Terminal } from "../terminal.js";
import { chosenConnection } from "./chosen-connections.js";

/** How a plan is carried out. */
export interface ConnectFlags {
  readonly sender: readonly string[];
  readonly dryRun: boolean;
  readonly yes: boolean;
}

type Action = WebhookPlanView["senders"][number]["items"][number]["action"];

const noSender = "The account has no sender that receives texts.";
const notUsed = "The connection itself sends from none of the account's senders: name those that it receives for.";

const headings = ["SENDER", "FIELD", "WHAT", "NOW", "THEN"];
const tones = { create: "good", update: "good", replace: "careful", unchanged: "faint", conflict: "careful" } as const;
const words: Readonly<Record<Action, string>> = {
  create: "enter",
  update: "correct",
  replace: "replace another system's",
  unchanged: "is entered",
  conflict: "leave another system's",
};

/** Shows what would be entered, asks, and enters it; fails when a sender could not be connected. */
export async function connectSenders(name: string | null, flags: ConnectFlags, context: CommandContext): Promise<void> {
  const { client, terminal } = context;
  const chosen = await chosenConnection(name, client);
  const path = `${pathOf(chosen)}/webhooks`;
  const senders = flags.sender.length === 0 ? {} : { senders: flags.sender.join(",") };
  const plan = await client.get<WebhookPlanView>(path, senders);
  showPlan(plan, terminal);
  const due = plan.senders.filter(({ items }) => items.some(({ action }) => isDue(action))).length;
  if (flags.dryRun || due === 0) {
    terminal.printJson(plan);
    terminal.print(due === 0 ? "There is nothing to enter." : `${count(due, "sender")} would be changed.`);
    return;
  }
  if (!flags.yes && !(await confirm(`Enter this at ${count(due, "sender")}?`, terminal))) {
    terminal.print("Nothing was entered.");
    return;
  }
  const order = { hash: plan.hash, by: whoAmI(), ...(flags.sender.length === 0 ? {} : { senders: [...flags.sender] }) };
  const applied = await client.post<AppliedPlanView>(`${path}/apply`, order);
  terminal.printJson(applied);
  for (const sender of applied.senders) showOutcome(sender, terminal);
  if (applied.senders.some(({ outcome }) => outcome === "failed")) context.reportFailures();
}

function isDue(action: Action): boolean {
  return action === "create" || action === "update" || action === "replace";
}

/** What is done, and to whose address. */
function wordsFor({ action, sibling }: WebhookPlanView["senders"][number]["items"][number]): string {
  return sibling === null ? words[action] : words[action].replace("another system's", `${sibling}'s`);
}

function showPlan({ senders, others }: WebhookPlanView, { print, paint }: Terminal): void {
  const rows = senders.flatMap(({ address, items }) =>
    items.map((item): Cell[] => [
      address,
      item.field,
      [tones[item.action], wordsFor(item)],
      item.now === null || item.action === "unchanged" ? "" : item.now,
      isDue(item.action) ? item.wanted : "",
    ]),
  );
  if (rows.length === 0) print(others.length === 0 ? noSender : notUsed);
  if (others.length > 0) print(`Left alone: ${others.join(", ")}. To enter it there too: --sender ${others[0]}`, "");
  if (rows.length === 0) return;
  print(...table(paint, headings, rows));
  const kept = senders.filter(({ items }) => items.some(({ action }) => action === "conflict"));
  for (const { address } of kept) print(`To replace what is at ${address}, name it: --sender ${address}`);
  print("");
}

function showOutcome(
  { address, outcome, failure }: AppliedPlanView["senders"][number],
  { print, paint }: Terminal,
): void {
  if (outcome === "entered") print(`${paint("good", "entered")}  ${address}`);
  if (failure !== null)
    print(
      `${paint("bad", "failed")}   ${address}: ${localInstants(failure.message)}`,
      `  What to do: ${failure.remedy}`,
    );
}
