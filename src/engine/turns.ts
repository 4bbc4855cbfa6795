/** An effect that asks for its turn. */
export interface TurnRequest {
  readonly effectId: string;
  readonly runId: string;
  /** Whether it is in the ledger already: then it is only behind older ones. */
  readonly waited: boolean;
}

/**
 * Who is about to call whom, in this process: from planning a call until its outcome is stored. What other processes are
 * about to do, and what rests, is in the store.
 */
export interface Turns {
  /** Takes a turn, or names the effect that is before it. Effects are taken as they come; those of one run share. */
  take(place: string, request: TurnRequest): { readonly release: () => void } | { readonly behind: string };
}

/** Makes an account that remembers a place only while somebody has a turn there. */
export function createTurns(): Turns {
  const places = new Map<string, readonly TurnRequest[]>();
  return {
    take: (place, request) => {
      const taken = places.get(place) ?? [];
      const behind = taken.findLast(
        ({ effectId, runId }) => runId !== request.runId && (!request.waited || effectId < request.effectId),
      );
      if (behind !== undefined) return { behind: behind.effectId };
      places.set(place, [...taken, request]);
      return { release: () => release(places, place, request) };
    },
  };
}

function release(places: Map<string, readonly TurnRequest[]>, place: string, request: TurnRequest): void {
  const left = (places.get(place) ?? []).filter((other) => other !== request);
  if (left.length === 0) places.delete(place);
  else places.set(place, left);
}
