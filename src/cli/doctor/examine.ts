import { packageVersion } from "../../config/package-root.js";
import type { CommandContext } from "../context.js";
import { localInstants } from "../local-time.js";
import { count } from "../plain.js";
import { type Cell, row } from "../table.js";
import type { Terminal } from "../terminal.js";
import { checkMachine } from "./check-machine.js";
import { checkPublicUrl } from "./check-public-url.js";
import { checkServer } from "./check-server.js";
import type { Finding } from "./finding.js";

const subjectWidth = 16;
const stateWidth = 7;

/** Checks everything there is to check, prints each finding with its remedy, and fails when one is a problem. */
export async function examine(context: CommandContext): Promise<void> {
  const { config, client, terminal } = context;
  const findings = [
    ...(await checkMachine(config)),
    checkPublicUrl(config.publicUrl),
    ...(await checkServer(client, packageVersion())),
  ];
  const problems = findings.filter(({ state }) => state === "problem").length;
  const warnings = findings.filter(({ state }) => state === "warning").length;
  terminal.printJson({ problems, warnings, findings });
  for (const finding of findings) printFinding(finding, terminal);
  terminal.print("", `${count(problems, "problem")}, ${count(warnings, "warning")}.`);
  if (problems > 0) context.reportFailures();
}

const tones = { ok: "good", warning: "careful", problem: "bad" } as const;

function printFinding({ subject, state, message, remedy }: Finding, { print, paint }: Terminal): void {
  const widths = [stateWidth, subjectWidth];
  const line = (cells: readonly Cell[]): string => row(paint, cells, widths);
  print(line([[tones[state], state], subject, localInstants(message)]));
  if (remedy !== null) print(line(["", "", `What to do: ${localInstants(remedy)}`]));
}
