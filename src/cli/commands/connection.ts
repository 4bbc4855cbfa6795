import type { Command } from "commander";
import type { OpenContext } from "../context.js";

/** `connection list|show|test-text|activate|deactivate`: accounts at vendors, how they were found, and whether anything is sent by them. */
export function registerConnection(program: Command, open: OpenContext): void {
  const connection = program
    .command("connection")
    .description("list and show connections, send a test text, switch them on and off");
  connection
    .command("list")
    .description("list connections, with what the last look at each found; asks the vendor nothing")
    .action(async () => {
      const context = await open();
      const { listConnections } = await import("../connection/list-connections.js");
      await listConnections(context);
    });
  connection
    .command("show")
    .description("show one connection: how it was found, and the addresses to enter at the vendor")
    .argument("<connection>", "namespace/name")
    .option("--check", "look at it now, and keep what is found; changes nothing at the vendor", false)
    .action(async (name: string, { check }: { check: boolean }) => {
      const context = await open();
      const { showConnection } = await import("../connection/show-connection.js");
      await showConnection(name, { check }, context);
    });
  connection
    .command("test-text")
    .description("send one text by a connection, to see that it works: shows first what is sent, and from which sender")
    .argument("<connection>", "namespace/name")
    .argument("<phone>", "who gets it, best as +16175550123")
    .option("--text <text>", "what it says; a plain test text when left out")
    .option("--yes", "send without asking", false)
    .action(async (name: string, phone: string, choice: { text?: string; yes: boolean }) => {
      const context = await open();
      const { sendTestText } = await import("../connection/send-test-text.js");
      await sendTestText(name, { phone, ...choice }, context);
    });
  registerSwitch(
    connection,
    { verb: "activate", does: "switch a connection on again; what waits for it goes on" },
    open,
  );
  registerSwitch(
    connection,
    { verb: "deactivate", does: "switch a connection off: nothing is sent by it, runs wait; what comes in is taken" },
    open,
  );
}

function registerSwitch(
  connection: Command,
  { verb, does }: { verb: "activate" | "deactivate"; does: string },
  open: OpenContext,
): void {
  connection
    .command(verb)
    .description(does)
    .argument("<connection>", "namespace/name")
    .option("--reason <text>", "why, for whoever looks later")
    .action(async (name: string, { reason }: { reason?: string }) => {
      const context = await open();
      const { switchConnection } = await import("../connection/switch-connection.js");
      await switchConnection(name, { verb, reason }, context);
    });
}
