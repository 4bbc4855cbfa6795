import { startApp } from "../src/app.js";
import { readConfig } from "../src/config/config.js";
import { processEnvironment } from "../src/config/process-environment.js";
import type { Doom } from "./doom.js";
import { type FaultPoint, openFaultPoint } from "./fault-point.js";
import { heedParent, tellParent } from "./protocol.js";

/**
 * The server under test: Patchbay as it is, but for a store that ends the process where its doom says. The code is loaded
 * before the life begins, so that the next life is there as soon as one has ended.
 */
let faultPoint: FaultPoint | null = null;

heedParent((asked) => {
  if (asked.kind === "begin") void live(asked.doom);
  if (asked.kind === "spare") faultPoint?.disarm();
});

async function live(doom: Doom | null): Promise<void> {
  const point = openFaultPoint(doom, () => process.kill(process.pid, "SIGKILL"));
  faultPoint = point;
  const { url } = await startApp(readConfig(processEnvironment()), { wrap: { store: (store) => point.wrap(store) } });
  tellParent({ kind: "ready", url });
}
