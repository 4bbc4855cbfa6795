import type { Problem } from "../core/errors.js";
import type { FileProblem } from "./file-problem.js";

/** Where a problem is: a file of the collection and a JSON pointer into it. */
export interface Place {
  readonly file: string;
  readonly path: string;
}

/** Collects problems, each once, so that one reading reports all of them. */
export interface ProblemList {
  error(place: Place, message: string, remedy: string): void;
  warning(place: Place, message: string, remedy: string): void;
  /** Takes over what a schema check found in a file, below `place.path`. */
  errors(place: Place, problems: readonly Problem[], remedy: string): void;
  /** Everything so far, by file, in the order found within one file. */
  all(): readonly FileProblem[];
  /** Whether an error (not a warning) was found, in one file or anywhere. */
  failed(file?: string): boolean;
}

/** Starts an empty list. */
export function createProblemList(): ProblemList {
  const found: FileProblem[] = [];
  const known = new Set<string>();
  const failed = new Set<string>();
  const add = (severity: FileProblem["severity"], place: Place, text: { message: string; remedy: string }): void => {
    const id = JSON.stringify([place.file, place.path, text.message]);
    if (known.has(id)) return;
    known.add(id);
    if (severity === "error") failed.add(place.file);
    found.push({ file: place.file, path: place.path, ...text, severity });
  };
  return {
    error: (place, message, remedy) => add("error", place, { message, remedy }),
    warning: (place, message, remedy) => add("warning", place, { message, remedy }),
    errors: (place, problems, remedy) => {
      for (const { path, message } of problems) {
        add("error", { file: place.file, path: place.path + path }, { message, remedy });
      }
    },
    all: () => [...found].sort((a, b) => (a.file < b.file ? -1 : Number(a.file > b.file))),
    failed: (file) => (file === undefined ? failed.size > 0 : failed.has(file)),
  };
}

/** Writes one name as a part of a JSON pointer (RFC 6901). */
export function pointerPart(name: string | number): string {
  return `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Gives the place of a member or an item of what is at a place. */
export function below({ file, path }: Place, name: string | number): Place {
  return { file, path: path + pointerPart(name) };
}
