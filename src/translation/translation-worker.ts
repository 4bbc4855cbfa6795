import { parentPort, workerData } from "node:worker_threads";
import { toPatchbayError } from "../core/errors.js";
import type { Json, JsonObject } from "../core/json.js";
import { compileExpression, type Functions } from "./expression.js";
import { hostFunctions } from "./host-functions.js";
import type { Answer, Reply, Task, ThreadData } from "./protocol.js";
import { boundSize, guardedFunctions } from "./size-guards.js";
import { compileTemplate, type Template } from "./template.js";

/** Compiled templates kept; the least recently used goes first. */
const MAX_COMPILED = 2_000;

/** Evaluates tasks one strictly after the other, so that a thread that hangs or dies has one culprit. */
function serve(data: ThreadData, port: NonNullable<typeof parentPort>): void {
  const progress = new Int32Array(data.progress);
  const compiled = new Map<string, Template>();
  const queue: Task[] = [];
  let functions: Functions = hostFunctions;
  let busy = false;

  function templateOf(text: string): Template {
    const known = compiled.get(text);
    compiled.delete(text);
    const template =
      known ??
      compileTemplate(JSON.parse(text) as Json, (source) =>
        compileExpression(source, { timeoutMs: data.timeoutMs, functions }),
      );
    compiled.set(text, template);
    if (compiled.size > MAX_COMPILED) compiled.delete(compiled.keys().next().value ?? "");
    return template;
  }

  async function evaluate(text: string, input: Json, bindings: JsonObject): Promise<Reply> {
    try {
      return toReply(await templateOf(text)(input, bindings), data.maxOutputBytes);
    } catch (thrown) {
      const { code, message, details } = toPatchbayError(thrown);
      return { error: { code: code === "INTERNAL_ERROR" ? "TRANSLATOR_FAILED" : code, message, details } };
    }
  }

  async function answer({ id, templates, scope, same }: Task): Promise<Answer> {
    const { input, bindings } = JSON.parse(scope) as { input: Json; bindings: JsonObject };
    for (const name of same) bindings[name] = input;
    const replies: Reply[] = [];
    for (const text of templates) replies.push(await evaluate(text, input, bindings));
    return { id, replies };
  }

  async function drain(): Promise<void> {
    busy = true;
    if (functions === hostFunctions) functions = { ...(await guardedFunctions()), ...hostFunctions };
    for (let task = queue.shift(); task; task = queue.shift()) {
      Atomics.store(progress, 1, Date.now() | 0);
      Atomics.store(progress, 0, task.id);
      const answered = await answer(task);
      Atomics.store(progress, 0, 0);
      port.postMessage(answered);
    }
    busy = false;
  }

  port.on("message", (tasks: readonly Task[]) => {
    queue.push(...tasks);
    if (!busy) void drain();
  });
}

function toReply(value: unknown, maxOutputBytes: number): Reply {
  if (value === undefined) return { none: true };
  boundSize(value, maxOutputBytes);
  const text = JSON.stringify(value) as string | undefined;
  return text === undefined ? { none: true } : { value: text };
}

if (parentPort) serve(workerData as ThreadData, parentPort);
