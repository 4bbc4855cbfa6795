import { isJsonObject, type Json } from "../core/json.js";
import { type Place, type ProblemList, pointerPart } from "./problem-list.js";
import type { Surroundings } from "./surroundings.js";

/** A JSONata expression and where it stands. */
export interface PlacedExpression {
  readonly place: Place;
  /** Without the `=`. */
  readonly expression: string;
}

/** Gives the expressions in a template: the strings that begin with `=`; `==…` is the text `=…`. */
export function expressionsIn(template: Json, place: Place): PlacedExpression[] {
  if (typeof template === "string") {
    const isExpression = template.startsWith("=") && !template.startsWith("==");
    return isExpression ? [{ place, expression: template.slice(1) }] : [];
  }
  const members: [string | number, Json][] = Array.isArray(template)
    ? [...template.entries()]
    : isJsonObject(template)
      ? Object.entries(template)
      : [];
  return members.flatMap(([name, member]) =>
    expressionsIn(member, { file: place.file, path: place.path + pointerPart(name) }),
  );
}

/** What an expression may refer to besides the record. */
export interface ExpressionScope {
  /** Ids of the steps before it; null where there are no steps. */
  readonly steps: ReadonlySet<string> | null;
  /** Whether there are `$item` and `$index`, as inside `each`; null where nobody knows (a translator). */
  readonly item: boolean | null;
  /** Whether there is `$webhook`, as in a flow that a webhook starts; null where nobody knows (a translator). */
  readonly webhook: boolean | null;
  /** Whether secret parameters can be seen: only in a connection's settings. */
  readonly seesSecrets: boolean;
}

/** Reports an expression that does not parse, or that reads a parameter or a step that is not there. */
export function checkExpression(
  { place, expression }: PlacedExpression,
  scope: ExpressionScope,
  { surroundings, problems }: { surroundings: Surroundings; problems: ProblemList },
): void {
  const syntax = surroundings.translation.check(expression);
  for (const { path, message } of syntax) {
    const where = path === "" ? "" : ` (${path})`;
    problems.error(place, `does not parse: ${message}${where}`, "Correct the JSONata at this position.");
  }
  if (syntax.length > 0) return;
  const code = withoutTexts(expression);
  for (const name of namesAfter("params", code)) checkParameter({ place, name, scope }, surroundings, problems);
  checkElsewhere({ place, expression: code }, scope, problems);
  if (scope.steps === null) return;
  for (const id of namesAfter("steps", code)) {
    if (scope.steps.has(id)) continue;
    const known = [...scope.steps].join(", ");
    const remedy = known === "" ? "Nothing comes before it." : `Steps before it are ${known}.`;
    problems.error(place, `reads $steps.${id}, but no step before it has that id`, remedy);
  }
}

/** Reports variables that are there, but not at this place. */
function checkElsewhere(
  { place, expression: code }: PlacedExpression,
  { item, webhook }: ExpressionScope,
  problems: ProblemList,
): void {
  const elsewhere = [
    ...(item === false ? (["item", "index"] as const) : []),
    ...(webhook === false ? (["webhook"] as const) : []),
  ];
  for (const name of elsewhere.filter((one) => readsFree(one, code))) {
    const [where, remedy] =
      name === "webhook"
        ? ["in flows that a webhook starts", "Leave it out, or let the flow start on: { webhook: … }."]
        : ["inside each", "Leave it out, or move the step into an each."];
    problems.error(place, `reads $${name}, which is there only ${where}`, remedy);
  }
}

function checkParameter(
  { place, name, scope }: { place: Place; name: string; scope: ExpressionScope },
  { parameters, namespace }: Surroundings,
  problems: ProblemList,
): void {
  const known = isJsonObject(parameters.properties) ? parameters.properties : {};
  const parameter = known[name];
  if (!isJsonObject(parameter)) {
    const names = Object.keys(known).join(", ");
    const remedy = names === "" ? `${namespace} has no parameters.` : `Parameters are ${names}.`;
    problems.error(place, `reads $params.${name}, but there is no such parameter`, remedy);
  } else if (parameter.writeOnly === true && !scope.seesSecrets) {
    const remedy = "Secrets are for connection settings; leave it out here.";
    problems.error(place, `reads $params.${name}, but expressions do not see secrets`, remedy);
  }
}

/** Comments, string literals and quoted names say nothing about what is read. */
function withoutTexts(expression: string): string {
  return expression.replace(/\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, " ");
}

/** Whether a variable is read that the expression does not bind itself: by `:=`, `#`, `@` or as a function's parameter. */
function readsFree(variable: string, code: string): boolean {
  const name = `\\$${variable}(?![A-Za-z0-9_])`;
  const binds = new RegExp(`${name}\\s*:=|[#@]\\s*${name}|(?:function|λ)\\s*\\([^)]*${name}`);
  return new RegExp(name).test(code) && !binds.test(code);
}

function namesAfter(variable: string, code: string): Set<string> {
  const found = code.matchAll(new RegExp(`\\$${variable}\\s*\\.\\s*([A-Za-z_][A-Za-z0-9_]*)`, "g"));
  return new Set([...found].map((match) => match[1] ?? ""));
}
