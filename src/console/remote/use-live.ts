import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState } from "react";
import { addressesOf } from "./follows.js";
import { readKey } from "./key.js";

/** Whether the server tells us what happens. */
export type Liveness = "connected" | "connecting" | "away";

/** Tells the pages inside the frame. */
export const LivenessContext = createContext<Liveness>("connecting");

export function useLiveness(): Liveness {
  return useContext(LivenessContext);
}

const RETRY_MS = 3_000;

/** Listens to what happens at the server, and asks anew for what is shown of it. */
export function useLive(): Liveness {
  const queries = useQueryClient();
  const [live, setLive] = useState<Liveness>("connecting");
  useEffect(() => {
    const stop = new AbortController();
    const refresh = (changed: readonly string[]): void => {
      const addresses = addressesOf(changed);
      const toRefetch = addresses === null ? [undefined] : [...addresses].map((address) => [address]);
      for (const queryKey of toRefetch) {
        const filter = queryKey === undefined ? {} : { queryKey };
        void queries.invalidateQueries({ ...filter, refetchType: "none" });
        void queries.refetchQueries({ ...filter, type: "active", predicate: isShort });
      }
    };
    void listen({ stop: stop.signal, refresh, setLive });
    return () => stop.abort();
  }, [queries]);
  return live;
}

/** Pages of a list that are asked for anew whenever something changes; who has gone further down looks at what is old. */
const FOLLOWED_PAGES = 5;

function isShort({ state: { data } }: { readonly state: { readonly data: unknown } }): boolean {
  const pages = typeof data === "object" && data !== null && "pages" in data ? data.pages : null;
  return !Array.isArray(pages) || pages.length <= FOLLOWED_PAGES;
}

interface Listening {
  readonly stop: AbortSignal;
  readonly refresh: (changed: readonly string[]) => void;
  readonly setLive: (live: Liveness) => void;
}

async function listen({ stop, refresh, setLive }: Listening): Promise<void> {
  while (!stop.aborted) {
    try {
      const key = readKey();
      const headers = { accept: "text/event-stream", ...(key !== null && { authorization: `Bearer ${key}` }) };
      const response = await fetch("/api/v1/stream", { headers, signal: stop });
      if (!response.ok || response.body === null) throw new Error(`the stream was answered with ${response.status}`);
      setLive("connected");
      // What happened while nobody listened is not told.
      refresh(["*"]);
      await read(response.body, refresh);
    } catch {
      if (stop.aborted) return;
    }
    setLive("away");
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function read(body: ReadableStream<Uint8Array>, refresh: Listening["refresh"]): Promise<void> {
  let rest = "";
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const lines = (rest + decoder.decode(part.value, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.startsWith("data:")) refresh((JSON.parse(line.slice(5)) as { changed: string[] }).changed);
    }
  }
}
