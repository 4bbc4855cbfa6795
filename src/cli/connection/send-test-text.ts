import type { StartedFlowView } from "../../api/contract/replay.js";
import type { TestTextOrder, TestTextPreviewView } from "../../api/contract/test-text.js";
import { confirm } from "../confirm.js";
import type { CommandContext } from "../context.js";
import type { Terminal } from "../terminal.js";
import { pathOf } from "./switch-connection.js";

interface TestTextChoice {
  readonly phone: string;
  readonly text?: string;
  readonly yes: boolean;
}

/** Shows what a test text would be sent as, asks, and sends it once. */
export async function sendTestText(
  name: string,
  { phone, text, yes }: TestTextChoice,
  { client, terminal }: CommandContext,
): Promise<void> {
  const path = `${pathOf(name)}/test-text`;
  const order: TestTextOrder = { to: phone, ...(text === undefined ? {} : { text }) };
  const preview = await client.post<TestTextPreviewView>(`${path}/preview`, order);
  printPreview(preview, terminal);
  if (!yes && !(await confirm("Send it?", terminal))) {
    terminal.print("Nothing was sent.");
    return;
  }
  const started = await client.post<StartedFlowView>(path, order);
  terminal.printJson(started);
  terminal.print(`Handed over in run ${started.runId}. What becomes of it: patchbay runs show ${started.runId}`);
}

function printPreview({ to, sender, body, segments, instead, obstacles }: TestTextPreviewView, terminal: Terminal) {
  const { print, paint } = terminal;
  print(`To ${paint("strong", to)} from ${paint("strong", sender ?? "whom the vendor chooses")}:`, `  ${body}`);
  print(segments === 1 ? "  One text is charged." : `  ${segments} texts are charged.`);
  if (instead !== null) print(paint("careful", `  It is not what was asked for: ${instead}`));
  for (const obstacle of obstacles) print(paint("careful", `  In its way: ${obstacle}`));
}
