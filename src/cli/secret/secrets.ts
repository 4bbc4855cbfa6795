import { addAbortSignal } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import type { RotationView, SecretListView } from "../../api/contract/secret.js";
import { PatchbayError } from "../../core/errors.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { openPrompt } from "../prompt.js";
import { type Cell, table } from "../table.js";

const path = "/api/v1/secrets";

/** Lists what secrets there are. */
export async function listSecrets({ client, terminal }: CommandContext): Promise<void> {
  const secrets = await client.get<SecretListView>(path);
  terminal.printJson(secrets);
  const rows = secrets.collections
    .filter(({ parameters }) => parameters.length > 0)
    .map(({ collection, parameters, sealedBy }): Cell[] => [collection, parameters.join(", "), sealCell(sealedBy)]);
  if (rows.length === 0) terminal.print("No installed collection has secret parameters.");
  else terminal.print(...table(terminal.paint, ["COLLECTION", "SECRET PARAMETERS", "SEALED BY"], rows));
}

function sealCell(sealedBy: SecretListView["collections"][number]["sealedBy"]): Cell {
  if (sealedBy === null) return ["faint", "none is set"];
  if (sealedBy === "current") return ["good", "PATCHBAY_SECRET"];
  return sealedBy === "previous" ? ["careful", "an older secret"] : ["bad", "a secret that is not known here"];
}

/** Sets one secret from standard input, or asks for it. */
export async function setSecret(
  { collection, parameter, forget }: { collection: string; parameter: string; forget: boolean },
  context: CommandContext,
): Promise<void> {
  const { client, terminal } = context;
  const value = forget ? null : await readSecret(parameter, context);
  await client.put(`${path}/${encodeURIComponent(collection)}/${encodeURIComponent(parameter)}`, { value });
  terminal.printJson({ collection, parameter, set: !forget });
  terminal.print(`${parameter} of ${collection} is ${forget ? "forgotten" : "set"}.`);
}

async function readSecret(parameter: string, { terminal, stop }: CommandContext): Promise<string> {
  const { stdin } = terminal;
  const given = stdin.isTTY === true ? await ask(parameter, terminal) : await readAll(addAbortSignal(stop, stdin));
  const value = given.replace(/\r?\n$/, "");
  if (value !== "") return value;
  throw new PatchbayError("COMMAND_INVALID", `Nothing was given for ${parameter}`, {
    remedy: "Pipe the secret in, type it when asked, or say --forget.",
  });
}

async function ask(parameter: string, terminal: CommandContext["terminal"]): Promise<string> {
  const prompt = openPrompt(terminal);
  try {
    return await prompt.askSecret(`${parameter} (not shown): `);
  } finally {
    await prompt.close();
  }
}

/** Seals everything anew. */
export async function rotateSecrets({ client, terminal, reportFailures }: CommandContext): Promise<void> {
  const done = await client.post<RotationView>(`${path}/rotate`, {});
  terminal.printJson(done);
  const sealed = [
    ...done.resealed,
    ...(done.secondFactors > 0 ? [count(done.secondFactors, "second factor")] : []),
    ...(done.dataKey ? ["the data key of the database"] : []),
  ];
  terminal.print(sealed.length === 0 ? "Nothing was sealed by an older secret." : `Sealed anew: ${sealed.join(", ")}.`);
  if (done.unreadable.length === 0) {
    terminal.print("PATCHBAY_SECRET_PREVIOUS is not needed any more, once every process has the new secret.");
    return;
  }
  terminal.print(`No known secret opens those of ${done.unreadable.join(", ")}: set them again (patchbay secret set).`);
  reportFailures();
}
