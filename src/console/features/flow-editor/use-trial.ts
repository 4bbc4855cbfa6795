import { useState } from "react";
import type { EventView } from "../../../api/contract/event.js";
import { isJsonObject, type JsonObject } from "../../../core/json.js";
import { readJson, writeJson } from "../../parts/json-input.js";
import { toClock } from "../../parts/when.js";
import { useRemoteList } from "../../remote/remote.js";
import type { WrittenFlow } from "../../writing/draft-flow.js";
import { useSamples } from "../../writing/use-samples.js";
import { toWhole } from "./editing.js";
import { type Supposition, type Suppositions, stillMeant, toSuppose } from "./suppositions.js";

interface Item {
  readonly value: string;
  readonly label: string;
}

/** What a flow can be tried on, and what it is tried on. */
export interface Trying {
  readonly samples: readonly Item[];
  readonly events: readonly Item[];
  readonly chosen: string;
  readonly choose: (value: string) => void;
  readonly own: string;
  readonly setOwn: (text: string) => void;
  /** What the world is supposed to answer, by step; what is not here goes well. */
  readonly supposed: Suppositions;
  readonly suppose: (step: string, supposition: Supposition | null) => void;
  /** The part of a dry run's request that says it; null while nothing is known, or what is written is no JSON. */
  readonly input: JsonObject | null;
}

/** Finds what the flow's trigger listens to: samples of its data type, and events that happened. */
export function useTrial(name: string, written: WrittenFlow | null): Trying {
  const [wish, choose] = useState<string | null>(null);
  const [own, setOwn] = useState("{}");
  const [wished, setWished] = useState<Suppositions>({});
  const supposed = stillMeant(wished, written?.steps ?? []);
  const on = isJsonObject(written?.value.on) ? written.value.on : {};
  const type = typeof on.record === "string" ? toWhole(on.record, name) : null;
  const samples = useSamples(type);
  const events = useEvents(on, type);
  const sampleItems = samples.map(({ name: from, document }, index) => {
    const key = typeof document.id === "string" || typeof document.id === "number" ? ` ${document.id}` : "";
    return { value: `sample ${index}`, label: `${from}${key}` };
  });
  const eventItems = events.map(({ id, kind, key, createdAt }) => ({
    ...{ value: `event ${id}`, label: `${kind} ${key ?? ""} (${toClock(createdAt)})` },
  }));
  const chosen = wish ?? sampleItems[0]?.value ?? "own";
  const [kind, which = ""] = chosen.split(" ");
  const sample = samples[Number(which)];
  const document = readJson(own);
  const given = kind === "sample" ? sample?.document : isJsonObject(document) ? document : undefined;
  const occasion = kind === "event" ? { eventId: which } : given === undefined ? null : { payload: given };
  return {
    ...{ samples: sampleItems, events: eventItems, chosen, own, setOwn, supposed },
    suppose: (step, supposition) => {
      const { [step]: _before, ...others } = supposed;
      setWished(supposition === null ? others : { ...others, [step]: supposition });
    },
    choose: (value) => {
      if (value === "own" && given !== undefined) setOwn(writeJson(given));
      choose(value);
    },
    input: occasion && { ...occasion, suppose: toSuppose(supposed) },
  };
}

function useEvents(on: JsonObject, type: string | null): readonly EventView[] {
  const remote = useRemoteList<EventView>("/api/v1/events", { limit: 20, ...(type !== null && { dataType: type }) });
  const items = remote.state === "ready" ? remote.value.items : [];
  return items.filter(({ kind }) => kind.startsWith(prefixOf(on)));
}

function prefixOf(on: JsonObject): string {
  if (on.record !== undefined) return "record.";
  if (on.message === "received") return "message.received";
  return `${Object.keys(on).find((name) => ["message", "webhook", "notification", "schedule", "silence"].includes(name)) ?? "flow"}.`;
}
