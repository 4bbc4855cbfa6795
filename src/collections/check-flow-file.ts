import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import type { Grammar, GrammarPart } from "./grammar.js";
import { type ProblemList, pointerPart } from "./problem-list.js";

/** Lists of steps in lists of steps, the flow's own counted. */
const MAX_DEPTH = 5;
const MAX_STEPS = 200;

const REMEDY = "See docs/flows.md for what a flow may have.";
const DEPTH_REMEDY = "Move the inner steps into a flow of their own, and start it.";

/** The member that names a kind, and the grammar of that kind. */
type Kinds = Readonly<Record<string, GrammarPart | ((value: JsonObject) => GrammarPart)>>;

const triggers: Kinds = {
  record: "flow#/$defs/recordTrigger",
  // A list of statuses, or one word.
  message: ({ message }) =>
    typeof message === "string" ? "flow#/$defs/receivedTrigger" : "flow#/$defs/messageTrigger",
  webhook: "flow#/$defs/webhookTrigger",
  schedule: "flow#/$defs/scheduleTrigger",
  silence: "flow#/$defs/silenceTrigger",
  notification: "flow#/$defs/notificationTrigger",
  manual: "flow#/$defs/manualTrigger",
};
const steps: Kinds = {
  translate: "flow#/$defs/translateStep",
  call: "flow#/$defs/callStep",
  save: "flow#/$defs/saveStep",
  notify: "flow#/$defs/notifyStep",
  stop: "flow#/$defs/stopStep",
  choose: "flow#/$defs/chooseStep",
  each: "flow#/$defs/eachStep",
  wait: "flow#/$defs/waitStep",
  start: "flow#/$defs/startStep",
};
const waits: Kinds = {
  for: "flow#/$defs/timeWait",
  until: "flow#/$defs/instantWait",
  message: "flow#/$defs/messageWait",
  reply: "flow#/$defs/replyWait",
  record: "flow#/$defs/recordWait",
};

/** What a flow's file is checked with. */
export interface FlowFileChecking {
  readonly file: string;
  readonly grammar: Grammar;
  readonly problems: ProblemList;
}

/** Reports everything in a parsed flow file that the grammar does not allow, in nested steps too. */
export function checkFlowFile(document: Json, checking: FlowFileChecking): void {
  const { file, grammar, problems } = checking;
  problems.errors({ file, path: "" }, grammar.check("flow", document), REMEDY);
  if (!isJsonObject(document)) return;
  checkKind(document.on, { path: "/on", kinds: triggers }, checking);
  const count = checkSteps(document.steps, { path: "/steps", depth: 1 }, checking);
  if (count <= MAX_STEPS) return;
  const message = `has ${count} steps in all, those in other steps counted`;
  problems.error({ file, path: "/steps" }, message, `${MAX_STEPS} are allowed. ${DEPTH_REMEDY}`);
}

/** The grammar leaves the choice between kinds to us, so that a typing error is reported once; see `readGrammar`. */
function checkKind(
  value: Json | undefined,
  { path, kinds }: { path: string; kinds: Kinds },
  { file, grammar, problems }: FlowFileChecking,
): void {
  if (!isJsonObject(value)) return;
  const named = Object.keys(kinds).filter((kind) => Object.hasOwn(value, kind));
  const kind = named.length === 1 ? kinds[named[0] ?? ""] : undefined;
  const part = typeof kind === "function" ? kind(value) : kind;
  if (part) problems.errors({ file, path }, grammar.check(part, value), REMEDY);
  else problems.error({ file, path }, `must have exactly one of ${Object.keys(kinds).join(", ")}`, REMEDY);
}

/** @returns How many steps there are, those in other steps counted. */
function checkSteps(
  list: Json | undefined,
  { path, depth }: { path: string; depth: number },
  checking: FlowFileChecking,
): number {
  if (!Array.isArray(list)) return 0;
  if (depth > MAX_DEPTH) {
    checking.problems.error({ file: checking.file, path }, `is nested more than ${MAX_DEPTH} deep`, DEPTH_REMEDY);
    return 0;
  }
  let count = list.length;
  for (const [index, step] of list.entries()) {
    const at = path + pointerPart(index);
    checkKind(step, { path: at, kinds: steps }, checking);
    if (!isJsonObject(step)) continue;
    checkKind(step.wait, { path: `${at}/wait`, kinds: waits }, checking);
    for (const inside of listsInside(step)) {
      count += checkSteps(inside.list, { path: at + inside.path, depth: depth + 1 }, checking);
    }
  }
  return count;
}

function listsInside(step: JsonObject): { list: Json | undefined; path: string }[] {
  const branches = Array.isArray(step.choose) ? step.choose : [];
  return [
    ...branches.map((branch, index) => ({
      list: isJsonObject(branch) ? branch.steps : undefined,
      path: `/choose${pointerPart(index)}/steps`,
    })),
    { list: step.else, path: "/else" },
    { list: step.steps, path: "/steps" },
  ];
}
