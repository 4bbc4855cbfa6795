import { parentPort, workerData } from "node:worker_threads";
import { createEvaluator } from "./evaluator.js";
import type { ThreadMessage, ThreadSetup, Trip, TripAnswer } from "./worker-protocol.js";

/** Answers that travel together at most, so that none waits long for the others. */
const MAX_ANSWERS = 8;

/** The thread's side: takes trips in the order they come, strictly one after the other. */
async function serve(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Error("This file is started as a worker thread");
  const evaluator = await createEvaluator(workerData as ThreadSetup);
  const say = (message: ThreadMessage): void => port.postMessage(message);
  const waiting: Trip[] = [];
  let busy = false;
  const drain = async (): Promise<void> => {
    busy = true;
    let answers: TripAnswer[] = [];
    for (let trip = waiting.shift(); trip; trip = waiting.shift()) {
      answers.push({ id: trip.id, outcomes: await evaluator.run(trip) });
      if (waiting.length > 0 && answers.length < MAX_ANSWERS) continue;
      say(answers);
      answers = [];
    }
    busy = false;
  };
  port.on("message", (trips: string) => {
    waiting.push(...(JSON.parse(trips) as Trip[]));
    if (!busy) void drain();
  });
  say("ready");
}

await serve();
