import { type Simulator, startSimulator } from "../../simulator/start-simulator.js";
import type { CommandContext } from "../context.js";
import { pairs } from "../table.js";
import type { Terminal } from "../terminal.js";
import { untilStopped } from "../until-stopped.js";

/** Runs a simulator until the process is asked to stop. */
export async function runSimulator(
  { inboundUrl, ...options }: { port: number; bare: boolean; inboundUrl?: string },
  { terminal, stop }: Pick<CommandContext, "terminal" | "stop">,
): Promise<void> {
  const inboundUrls = inboundUrl === undefined ? null : { url: inboundUrl, fallbackUrl: null };
  const simulator = await startSimulator({ ...options, inboundUrls });
  try {
    describe(simulator, terminal);
    await untilStopped(stop);
    terminal.print(`Stopping; ${simulator.created} messages were accepted.`);
  } finally {
    await simulator.stop();
  }
}

/** The account is made up and the same everywhere: its token is no secret. */
function describe({ url, accountSid, authToken }: Simulator, { print, printJson, paint }: Terminal): void {
  const ledger = `${url}/simulator/messages`;
  printJson({ url, accountSid, authToken, ledger });
  print(
    ...pairs(paint, [
      ["Twilio simulator", ["strong", url]],
      ["Account SID", accountSid],
      ["Auth token", `${authToken} (made up, worth nothing at Twilio)`],
      ["What it has taken", ledger],
      ["Virtual phones", `${url}/simulator/inbound`],
    ]),
    "",
    "To text through it, start Patchbay so, and install the twilio collection so:",
    `  OUTBOUND_ALLOW=${new URL(url).host} PUBLIC_URL=http://127.0.0.1:4000 patchbay start`,
    `  patchbay collection install twilio --set accountSid=${accountSid} --set authToken=${authToken} \\`,
    `    --set from=+15005550006 --set apiUrl=${url}`,
    "",
    "To let a customer write, have Patchbay's addresses entered at its number, and send a text so:",
    "  patchbay twilio connect",
    `  curl ${url}/simulator/inbound -H "Content-Type: application/json" -d '{"from": "+16175551212", "body": "YES"}'`,
  );
}
