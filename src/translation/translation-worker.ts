import { parentPort, workerData } from "node:worker_threads";
import { toPatchbayError } from "../core/errors.js";
import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import { compileExpression, type Functions } from "./expression.js";
import { hostFunctions } from "./host-functions.js";
import type { Task, TaskStep, ThreadData } from "./protocol.js";
import { boundSize, guardedFunctions } from "./size-guards.js";
import { compileTemplate, type Template } from "./template.js";

/** Answers that travel together at most, so that none waits long for others. */
const MAX_ANSWERS = 8;

/** What one step came to: its reply as JSON text, and what the steps behind it need to know. */
interface Result {
  readonly text: string;
  readonly value: unknown;
  readonly outcome: "done" | "skipped" | "failed";
}

const skipped: Result = { text: '{"skipped":true}', value: null, outcome: "skipped" };

/** Evaluates tasks one strictly after the other, so that a thread that hangs or dies has one culprit. */
async function serve(data: ThreadData, port: NonNullable<typeof parentPort>): Promise<void> {
  const progress = new Int32Array(data.progress);
  const functions: Functions = { ...(await guardedFunctions()), ...hostFunctions };
  const compiled = new Map<number, Template>();
  const queue: Task[] = [];
  let busy = false;

  const compile = (text: string): Template => {
    try {
      return compileTemplate(JSON.parse(text) as Json, (source) =>
        compileExpression(source, { timeoutMs: data.timeoutMs, functions }),
      );
    } catch (error) {
      return () => Promise.reject(error);
    }
  };

  async function evaluate(number: number, input: Json, bindings: JsonObject): Promise<Result> {
    try {
      const value = await compiled.get(number)?.(input, bindings);
      boundSize(value, data.maxOutputBytes);
      const json = value === undefined ? undefined : (JSON.stringify(value) as string | undefined);
      return { text: json === undefined ? '{"none":true}' : `{"value":${json}}`, value, outcome: "done" };
    } catch (thrown) {
      const { code, message, details } = toPatchbayError(thrown);
      const error = { code: code === "INTERNAL_ERROR" ? "TRANSLATOR_FAILED" : code, message, details };
      return { text: JSON.stringify({ error }), value: null, outcome: "failed" };
    }
  }

  async function evaluateStep({ when, template }: TaskStep, input: Json, bindings: JsonObject): Promise<Result> {
    if (when !== null) {
      const condition = await evaluate(when, input, bindings);
      if (condition.outcome === "failed") return condition;
      if (condition.value !== true) return skipped;
    }
    return evaluate(template, input, bindings);
  }

  async function evaluateAll({ mode, steps, scope: { input, bindings } }: Task): Promise<readonly Result[]> {
    const results: Result[] = [];
    for (const step of steps) {
      const result = await evaluateStep(step, input, bindings);
      results.push(result);
      if (mode === "chain" && endsChain(step, result)) break;
      if (mode === "chain" && step.binds !== null) bind(bindings, step.binds, result);
    }
    return results;
  }

  async function answer(task: Task): Promise<string> {
    for (const [number, text] of task.learn) compiled.set(number, compile(text));
    for (const name of task.same) task.scope.bindings[name] = task.scope.input;
    const results = await evaluateAll(task);
    return `{"id":${task.id},"replies":[${results.map(({ text }) => text).join(",")}]}`;
  }

  async function drain(): Promise<void> {
    busy = true;
    let answers: string[] = [];
    for (let task = queue.shift(); task; task = queue.shift()) {
      Atomics.store(progress, 1, Date.now() | 0);
      Atomics.store(progress, 0, task.id);
      answers.push(await answer(task));
      Atomics.store(progress, 0, 0);
      if (queue.length > 0 && answers.length < MAX_ANSWERS) continue;
      port.postMessage(`[${answers.join(",")}]`);
      answers = [];
    }
    busy = false;
  }

  port.on("message", (tasks: string) => {
    queue.push(...(JSON.parse(tasks) as Task[]));
    if (!busy) void drain();
  });
}

function endsChain({ ends }: TaskStep, { outcome }: Result): boolean {
  return outcome === "failed" || (outcome === "done" && ends);
}

function bind({ steps }: JsonObject, name: string, { outcome, value }: Result): void {
  if (!isJsonObject(steps)) return;
  if (outcome === "skipped") steps[name] = null;
  else if (value !== undefined) steps[name] = value as Json;
}

if (parentPort) await serve(workerData as ThreadData, parentPort);
