import { startApp } from "../src/app.js";
import { readConfig } from "../src/config/config.js";
import { processEnvironment } from "../src/config/process-environment.js";
import { PatchbayError } from "../src/core/errors.js";
import { type FaultPoint, openFaultPoint } from "./fault-point.js";
import { type Beginning, heedParent, noDatabaseExitCode, tellParent } from "./protocol.js";

/**
 * The server under test: Patchbay as it is, but for a store that ends the process where its doom says. The code is loaded
 * before the life begins, so that the next life is there as soon as one has ended.
 */
let faultPoint: FaultPoint | null = null;

heedParent((asked) => {
  if (asked.kind === "begin") void live(asked);
  if (asked.kind === "spare") faultPoint?.disarm();
});

async function live({ doom, leaseMs }: Beginning): Promise<void> {
  const point = openFaultPoint(doom, () => process.kill(process.pid, "SIGKILL"));
  faultPoint = point;
  const options = { wrap: { store: point.wrap }, ...(leaseMs === null ? {} : { leaseMs }) };
  try {
    const { url } = await startApp(readConfig(processEnvironment()), options);
    tellParent({ kind: "ready", url });
  } catch (thrown) {
    if (!(thrown instanceof PatchbayError && thrown.code === "STORE_UNAVAILABLE")) throw thrown;
    process.stderr.write(`${thrown.message}\n`);
    process.exit(noDatabaseExitCode);
  }
}
