import { startApp } from "../../app.js";
import { type Client, createClient } from "../client.js";
import type { CommandContext } from "../context.js";
import { pairs } from "../table.js";
import { untilStopped } from "../until-stopped.js";

/** Starts the server, says where it listens, and stops it gracefully when the process is asked to. */
export async function startServer({ config, terminal, stop }: CommandContext): Promise<void> {
  const app = await startApp(config);
  try {
    const { url } = app;
    const token = config.role === "worker" ? null : await app.offerSetup();
    const setup = token === null ? null : `${config.publicUrl ?? url}/setup#${token}`;
    terminal.printJson({ url, docs: `${url}/docs`, setup });
    terminal.print(
      ...pairs(terminal.paint, [
        ["Patchbay listens at", ["strong", url]],
        ["API documentation", `${url}/docs`],
      ]),
    );
    if (setup !== null) {
      terminal.print(
        "",
        "There is no owner yet. This address makes one, once, within a day:",
        `  ${terminal.paint("strong", setup)}`,
        "",
      );
    }
    if (config.publicUrl === null) {
      terminal.print("PUBLIC_URL is not set: texts are sent, but whether they are delivered is not followed.");
    }
    if (config.role === "worker") terminal.print("It carries runs on; requests go to processes with another role.");
    else if (!(await isSomethingInstalled(createClient({ url, apiKey: app.localToken, stop })))) {
      terminal.print("Nothing is installed yet: patchbay collection list shows what there is.");
    }
    await untilStopped(stop);
    terminal.print("Stopping …");
  } finally {
    await app.stop();
  }
}

/** Asked of the data types: the list of collections would have every shipped one read, which takes half a second. */
async function isSomethingInstalled(client: Client): Promise<boolean> {
  return (await client.list("/api/v1/data-types", { limit: 1 })).length > 0;
}
