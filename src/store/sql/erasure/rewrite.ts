import { type ErasedTable, names, type Spellings } from "../../../core/erasure.js";
import type { Decision } from "../../../core/event.js";
import { isJsonObject, type Json } from "../../../core/json.js";
import { noLongerKept, textNoLongerKept } from "../../../core/retention.js";
import type { Failure, StepResult } from "../../../core/run.js";
import type { Row, Statement } from "../statement.js";
import type { ErasedShape, Treatment } from "./shapes.js";

/** Who is erased, and what stands there from then on. */
export interface Erasing {
  readonly contact: Spellings;
  readonly pseudonym: string;
  readonly now: Date;
}

/** What is to be written, and which rows that changes. */
export interface Plan {
  readonly rows: Map<ErasedTable, Set<string>>;
  readonly writes: Statement[];
}

const mark = JSON.stringify(noLongerKept);

/** Gives the write that erases a row; null when there is nothing to erase. */
export function erasureOf(
  table: string,
  shape: ErasedShape,
  { row, who }: { row: Row; who: Erasing },
): Statement | null {
  const changed = Object.entries(shape.columns).flatMap(([column, treatment]): [string, string | null][] => {
    const value = row[column] ?? null;
    if (value === null) return [];
    const erased = treated(String(value), treatment, who);
    return erased === value ? [] : [[column, erased]];
  });
  if (changed.length === 0) return null;
  const set = [...changed.map(([column]) => `${column} = ?`), ...(shape.also === undefined ? [] : [shape.also])];
  const at = shape.also?.includes("?") ? [who.now.getTime()] : [];
  const where = [...shape.key.map((column) => `${column} = ?`), ...(shape.guard === undefined ? [] : [shape.guard])];
  return {
    sql: `UPDATE ${table} SET ${set.join(", ")} WHERE ${where.join(" AND ")}`,
    values: [...changed.map(([, value]) => value), ...at, ...shape.key.map((column) => row[column] ?? null)],
  };
}

/** Puts the pseudonym in place of the contact. */
export function withoutContact(text: string, { contact, pseudonym }: Omit<Erasing, "now">): string {
  return text.replace(contact.pattern, pseudonym);
}

function treated(text: string, treatment: Treatment, who: Erasing): string | null {
  switch (treatment) {
    case "mark":
      return mark;
    case "text":
      return textNoLongerKept;
    case "list":
      return "[]";
    case "nothing":
      return null;
    case "steps":
      return JSON.stringify((JSON.parse(text) as StepResult[]).map(emptied));
    case "failure":
      return JSON.stringify(unsaid(JSON.parse(text) as Failure));
    case "decisions":
      return JSON.stringify((JSON.parse(text) as Decision[]).map(unreasoned));
    case "items":
      return JSON.stringify(
        (JSON.parse(text) as Json[]).map((item) => (names(who.contact, JSON.stringify(item)) ? noLongerKept : item)),
      );
    case "within":
      return names(who.contact, text) ? JSON.stringify(within(JSON.parse(text) as Json, who)) : text;
    case "replace":
      return withoutContact(text, who);
  }
}

/** A step keeps how it ended. */
function emptied(step: StepResult): StepResult {
  const output = step.output === null ? null : noLongerKept;
  return { ...step, output, failure: step.failure === null ? null : unsaid(step.failure) };
}

/** Only what failed says something of the document. */
function unreasoned(decision: Decision): Decision {
  return decision.verdict === "failed" ? { ...decision, reason: textNoLongerKept } : decision;
}

function unsaid(failure: Failure): Failure {
  return { code: failure.code, message: textNoLongerKept, remedy: textNoLongerKept };
}

function within(value: Json, who: Erasing): Json {
  if (typeof value === "string") return withoutContact(value, who);
  if (typeof value === "number") return names(who.contact, String(value)) ? who.pseudonym : value;
  if (Array.isArray(value)) return value.map((one: Json) => within(one, who));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [withoutContact(name, who), within(member, who)]),
  );
}
