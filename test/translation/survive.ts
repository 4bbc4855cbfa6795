import { readFile } from "node:fs/promises";
import { packagePath } from "../../src/config/package-root.js";
import type { PatchbayError } from "../../src/core/errors.js";
import { startTranslation } from "../../src/translation/start-translation.js";
import { limits } from "./open.js";

// A process of its own: one expression that got through would end it.
const file = await readFile(packagePath("test/fixtures/translation/process-enders.json"), "utf8");
const translation = startTranslation({ ...limits, timeoutMs: 500 });
const evaluate = (expression: string): Promise<unknown> =>
  translation.evaluate(`=${expression}`, { input: {}, bindings: {} });
for (const { name, expression } of JSON.parse(file) as { name: string; expression: string }[]) {
  const outcome = await evaluate(expression).then(
    () => "a value",
    (error: PatchbayError) => error.code,
  );
  process.stdout.write(`${name}: ${outcome}, then ${await evaluate("1 + 1")}\n`);
}
await translation.stop();
process.stdout.write("done\n");
