/** What is said of an import: something a person has to do, something that was guessed, or something to know. */
export type CenitNoteKind = "person" | "guessed" | "note";

/** One thing that is said, and where it stands in what was read. */
export interface CenitNote {
  readonly kind: CenitNoteKind;
  readonly message: string;
  /** `webhooks/send.json`, or `collection.json#/webhooks/0`. */
  readonly place: string;
}

/** Gathers what is to be said. */
export interface CenitNotes {
  /** Something was not taken over as it was: a person has to look at it. */
  person(place: string, message: string): void;
  guessed(place: string, message: string): void;
  say(place: string, message: string): void;
  /** What a person has to do first. */
  all(): readonly CenitNote[];
}

const order: readonly CenitNoteKind[] = ["person", "guessed", "note"];

/** Starts with nothing. */
export function createCenitNotes(): CenitNotes {
  const notes = new Map<string, CenitNote>();
  const add = (kind: CenitNoteKind, place: string, message: string): void => {
    notes.set(`${kind}\n${place}\n${message}`, { kind, message, place });
  };
  return {
    person: (place, message) => add("person", place, message),
    guessed: (place, message) => add("guessed", place, message),
    say: (place, message) => add("note", place, message),
    all: () => [...notes.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
  };
}
