import { startSimulator } from "../src/simulator/start-simulator.js";
import { heedParent, tellParent } from "./protocol.js";

/** Quick enough that a message's callbacks come while its server may be dying. */
const deliveryDelaysMs = { queued: 5, sent: 60, delivered: 200 };

/** The Twilio simulator in a process of its own, which nobody kills before the verdict: its ledger is the witness. */
const { url } = await startSimulator({ deliveryDelaysMs });
heedParent(() => undefined);
tellParent({ kind: "ready", url });
