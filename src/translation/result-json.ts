import { PatchbayError } from "../core/errors.js";

const MAX_DEPTH = 100;

/**
 * Writes the value an expression gave as JSON text, or gives null when it gave nothing.
 *
 * Absent members are left out and absent items become null, as JSON has it. What JSON cannot say (a function, a number
 * without end, anything that is no plain list or object) is an error that names the place: written as null it would
 * reach a customer.
 *
 * @param budget Counts the characters down, over all values of one result.
 * @throws TRANSLATOR_FAILED, TRANSLATOR_OUTPUT_TOO_LARGE
 */
export function writeResult(value: unknown, budget: OutputBudget): string | null {
  return write(value, "", { budget, depth: 0 });
}

/** The room one result has left. */
export class OutputBudget {
  readonly #maxBytes: number;
  #used = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Makes sure that there is room for so many characters, before they are copied. */
  require(length: number): void {
    if (this.#used + length > this.#maxBytes) throw this.#tooLarge();
  }

  /** Takes room for a piece of text, before pieces are put together: a value may repeat itself endlessly. */
  take(text: string): string {
    this.require(text.length);
    this.#used += text.length;
    return text;
  }

  /** Checks the finished text, whose characters may take several bytes. */
  check(text: string): string {
    if (text.length * 3 > this.#maxBytes && Buffer.byteLength(text) > this.#maxBytes) throw this.#tooLarge();
    return text;
  }

  #tooLarge(): PatchbayError {
    return new PatchbayError(
      "TRANSLATOR_OUTPUT_TOO_LARGE",
      `The result has more than the ${this.#maxBytes} bytes of JSON that are allowed`,
      { maxBytes: this.#maxBytes },
    );
  }
}

interface Place {
  readonly budget: OutputBudget;
  readonly depth: number;
}

function write(value: unknown, path: string, place: Place): string | null {
  switch (typeof value) {
    case "string":
      place.budget.require(value.length);
      return place.budget.take(JSON.stringify(value));
    case "number":
      if (!Number.isFinite(value)) throw notJson(path, "not a finite number");
      return place.budget.take(JSON.stringify(value));
    case "boolean":
      return place.budget.take(value ? "true" : "false");
    case "undefined":
      return null;
    case "object":
      return value === null ? place.budget.take("null") : writeComposite(value, path, place);
    default:
      throw notJson(path, typeof value === "function" ? "a function: call it, or leave it out" : `a ${typeof value}`);
  }
}

function writeComposite(value: object, path: string, { budget, depth }: Place): string {
  if (depth >= MAX_DEPTH) throw notJson(path, `nested more than ${MAX_DEPTH} levels deep`);
  const inside = { budget, depth: depth + 1 };
  if (Array.isArray(value)) {
    const items = value.map((item, index) => write(item, `${path}/${index}`, inside) ?? budget.take("null"));
    return `[${items.join(",")}]`;
  }
  if ("_jsonata_lambda" in value || "_jsonata_function" in value) {
    throw notJson(path, "a function: call it, or leave it out");
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) throw notJson(path, "not a plain value");
  const members: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    const written = write(member, `${path}/${name}`, inside);
    if (written !== null) members.push(`${budget.take(JSON.stringify(name))}:${written}`);
  }
  return `{${members.join(",")}}`;
}

function notJson(path: string, what: string): PatchbayError {
  const subject = path === "" ? "The result" : `${path} of the result`;
  return new PatchbayError("TRANSLATOR_FAILED", `${subject} is ${what}`);
}
