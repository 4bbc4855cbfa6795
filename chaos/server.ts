import { startApp } from "../src/app.js";
import { readConfig } from "../src/config/config.js";
import { processEnvironment } from "../src/config/process-environment.js";
import { parseDoom } from "./doom.js";
import { openFaultPoint } from "./fault-point.js";
import { doomVariable, heedParent, tellParent } from "./protocol.js";

/** The server under test: Patchbay as it is, but for a store that ends the process where its doom says. */
const variables = processEnvironment();
const doom = variables[doomVariable] ?? "";
const faultPoint = openFaultPoint(doom === "" ? null : parseDoom(doom), () => process.kill(process.pid, "SIGKILL"));

heedParent(({ kind }) => {
  if (kind === "spare") faultPoint.disarm();
});
const app = await startApp(readConfig(variables), { wrap: { store: (store) => faultPoint.wrap(store) } });
tellParent({ kind: "ready", url: app.url });
