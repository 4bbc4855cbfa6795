import { checkDefinition, definitionFile } from "./drafts.js";
import type { Installation, InstallerTools } from "./installation.js";
import type { Installer } from "./installer.js";
import { tryExpression } from "./try-expression.js";
import { tryTranslator } from "./try-translator.js";

/** Makes the part of an installer that looks at what somebody writes: nothing of it is kept. */
export function installerDrafts(
  tools: InstallerTools,
  now: () => Installation,
): Pick<Installer, "definitionFile" | "checkDefinition" | "tryExpression" | "tryTranslator"> {
  return {
    definitionFile: (definition) => definitionFile(definition, { installation: now(), tools }),
    checkDefinition: (definition, text) => checkDefinition(definition, text, { installation: now(), tools }),
    tryExpression: (trial) => tryExpression(trial, now().catalog, tools),
    tryTranslator: (name, input, source) => tryTranslator({ name, input, source }, now().catalog, tools),
  };
}
