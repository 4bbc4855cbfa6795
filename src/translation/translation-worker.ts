import { parentPort, workerData } from "node:worker_threads";
import { createEvaluator } from "./evaluator.js";
import type { ThreadMessage, ThreadSetup, Trip } from "./worker-protocol.js";

/** The thread's side: takes trips in the order they come, strictly one after the other. */
async function serve(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("This file is started as a worker thread");
  const evaluator = await createEvaluator(workerData as ThreadSetup);
  const answer = (message: ThreadMessage): void => port.postMessage(message);
  let last = Promise.resolve();
  port.on("message", (trip: Trip) => {
    last = last.then(async () => answer({ id: trip.id, outcomes: await evaluator.run(trip) }));
  });
  answer("ready");
}

await serve();
