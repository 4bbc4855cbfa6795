import { PatchbayError } from "../core/errors.js";
import { openPrompt } from "./prompt.js";
import type { Terminal } from "./terminal.js";

/**
 * Asks a person whether to go on; anything but yes is no.
 * @throws COMMAND_INVALID when nobody is there to ask.
 */
export async function confirm(question: string, terminal: Terminal): Promise<boolean> {
  if (!terminal.interactive || terminal.json) {
    throw new PatchbayError("COMMAND_INVALID", "Nothing was done: nobody is there to say yes", {
      remedy: "Look at what would happen, then add --yes.",
    });
  }
  const prompt = openPrompt(terminal);
  try {
    return /^y(es)?$/i.test((await prompt.ask(`${question} [y/N] `)).trim());
  } catch (thrown) {
    if (thrown instanceof Error && thrown.name === "AbortError") return false;
    throw thrown;
  } finally {
    prompt.close();
  }
}
