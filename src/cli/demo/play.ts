import { setTimeout as delay } from "node:timers/promises";
import type { AcceptedView } from "../../api/contract/record.js";
import type { Client } from "../client.js";
import { namedPath } from "../named-path.js";
import type { DemoRecord } from "./demo-records.js";
import { type Observation, observe } from "./observe.js";
import { type PushedRecord, type Story, tellStory } from "./story.js";

/** How a demo is played. */
export interface Play {
  readonly client: Client;
  readonly records: readonly DemoRecord[];
  /** Time between two records, in milliseconds. */
  readonly paceMs: number;
  readonly stop: AbortSignal;
  /** Called whenever something may have changed, with every story so far. */
  readonly show: (stories: readonly Story[]) => void;
}

const lookEveryMs = 100;
/** How long the server may take after the last record. */
const patienceMs = 30_000;

/**
 * Pushes the records one by one and watches until nothing more will happen, or until the server has taken far too
 * long; then some stories are not final.
 */
export async function play({ client, records, paceMs, stop, show }: Play): Promise<readonly Story[]> {
  const waiting = [...records];
  const pushed: PushedRecord[] = [];
  const causes = new Map<string, string | null>();
  let stories: readonly Story[] = [];
  let nextAt = performance.now();
  let giveUpAt = Number.POSITIVE_INFINITY;
  while (performance.now() < giveUpAt) {
    while (waiting[0] !== undefined && performance.now() >= nextAt) {
      pushed.push(await push(waiting[0], client));
      waiting.shift();
      nextAt += paceMs;
      if (waiting.length === 0) giveUpAt = performance.now() + patienceMs;
    }
    stories = tellAll(pushed, await observe(client, causes));
    show(stories);
    if (waiting.length === 0 && stories.every(({ final }) => final)) return stories;
    await delay(lookEveryMs, undefined, { signal: stop });
  }
  return stories;
}

function tellAll(pushed: readonly PushedRecord[], observation: Observation): readonly Story[] {
  return pushed.map((record) => tellStory(record, observation));
}

async function push(record: DemoRecord, client: Client): Promise<PushedRecord> {
  const accepted = await client.post<AcceptedView>(namedPath("records", record.dataType), record.document);
  return { ...record, accepted };
}
