/** What an import has not taken over as it was, and where that was. */
export interface Note {
  /** Whether something is missing now that was there; otherwise it is only said. */
  readonly lost: boolean;
  readonly message: string;
  /** JSON pointers into the document. */
  readonly places: readonly string[];
}

/** Collects notes; the same one in many places is one. */
export interface Notes {
  lose(place: string, message: string): void;
  say(place: string, message: string): void;
  all(): readonly Note[];
}

/** Starts without any. */
export function createNotes(): Notes {
  const found = new Map<string, { lost: boolean; message: string; places: string[] }>();
  const add = (lost: boolean, place: string, message: string): void => {
    const note = found.get(message) ?? { lost, message, places: [] };
    note.places.push(place);
    found.set(message, note);
  };
  return {
    lose: (place, message) => add(true, place, message),
    say: (place, message) => add(false, place, message),
    all: () => [...found.values()].sort((a, b) => Number(b.lost) - Number(a.lost)),
  };
}
