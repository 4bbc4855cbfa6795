import type { PlanView } from "../../api/contract/plan.js";
import { PatchbayError } from "../../core/errors.js";
import type { JsonObject } from "../../core/json.js";
import { confirm } from "../confirm.js";
import type { CommandContext } from "../context.js";
import { plain } from "../plain.js";
import { isEmpty, printPlan } from "./plan-text.js";

/** A change of what is installed: where it is planned and made, and with what. */
export interface PlannedRequest {
  readonly planPath: string;
  readonly path: string;
  readonly body: JsonObject;
}

/** How far a command goes. */
export interface Going {
  /** Whether nobody is asked. */
  readonly yes: boolean;
  readonly acceptUnsigned: boolean;
}

/** Shows what a request would do, and changes nothing. */
export async function showPlan(
  { planPath, body }: PlannedRequest,
  { client, terminal }: CommandContext,
): Promise<void> {
  const plan = await client.post<PlanView>(planPath, body);
  terminal.printJson(plan);
  printPlan(plan, terminal);
}

/**
 * Shows what a request would do, asks, and does exactly that.
 *
 * @returns What the server answers; null when there is nothing to do.
 * @throws COMMAND_INVALID when nobody says yes; the plan is shown all the same.
 */
export async function applyPlan<T>(
  { planPath, path, body }: PlannedRequest,
  { yes, acceptUnsigned }: Going,
  { client, terminal }: CommandContext,
): Promise<T | null> {
  const plan = await client.post<PlanView>(planPath, body);
  if (!yes && terminal.json) terminal.printJson(plan);
  printPlan(plan, terminal);
  if (isEmpty(plan)) {
    terminal.print("", "Nothing would change.");
    if (yes) terminal.printJson(plan);
    return null;
  }
  terminal.print("");
  if (!yes && !(await confirm("Go ahead?", terminal))) throw nothingDone();
  const accepted = acceptUnsigned || (!yes && (await acceptsUnsigned(plan, terminal)));
  return client.post<T>(path, { ...body, planHash: plan.hash, ...(accepted ? { acceptUnsigned: true } : {}) });
}

/** About what comes with it; whether it is to be trusted itself was asked before. */
async function acceptsUnsigned({ collections }: PlanView, terminal: CommandContext["terminal"]): Promise<boolean> {
  const doubtful = collections.filter(({ needsTrust, requiredBy }) => needsTrust && requiredBy.length > 0);
  if (doubtful.length === 0) return false;
  const names = doubtful.map(({ name }) => name).join(", ");
  terminal.note(plain(`Nobody you trust has signed ${names}.`));
  if (await confirm("Install it all the same?", terminal)) return true;
  throw nothingDone();
}

function nothingDone(): PatchbayError {
  return new PatchbayError("COMMAND_INVALID", "Nothing was done", { remedy: "Say yes, or add --yes." });
}
