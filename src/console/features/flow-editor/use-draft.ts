import { useMemo, useRef, useState } from "react";
import type { CheckedDraftView, RehearsedView } from "../../../api/contract/draft.js";
import type { Problem } from "../../remote/problem.js";
import { readWritten, type WrittenFlow } from "../../writing/draft-flow.js";
import { useAsked } from "../../writing/use-asked.js";
import { useSlow } from "../../writing/use-slow.js";
import { setIn } from "../../writing/yaml-edit.js";
import type { Editing } from "./editing.js";
import { type Trying, useTrial } from "./use-trial.js";

/** A flow's text, what is wrong with it, and what it comes to: all of them follow what is written. */
export interface Draft {
  readonly editing: Editing;
  readonly trying: Trying;
  /** Why it could not be gone through. */
  readonly trialProblem: Problem | null;
}

interface Drafting extends Pick<Editing, "name" | "file" | "blocks" | "chosen"> {
  /** The text that it begins with. */
  readonly start: string;
}

/** Follows a flow that is being written; the server checks it and goes through it a moment after each change. */
export function useDraft({ name, file, start, blocks, chosen: wanted }: Drafting): Draft {
  const [text, setText] = useState(start);
  const [chosen, choose] = useState(wanted);
  const newest = useRef(text);
  const write = (next: string): void => {
    newest.current = next;
    setText(next);
  };
  const read = useMemo(() => readWritten(text), [text]);
  const known = useRef<WrittenFlow | null>(null);
  if (read !== null) known.current = read;
  const slow = useSlow(text);
  const checked = useAsked<CheckedDraftView>("/api/v1/flows/check", { name, text: slow });
  const trying = useTrial(name, known.current);
  const problems = checked.value?.problems ?? [];
  const isSound = checked.value !== null && !problems.some(({ severity }) => severity === "error");
  const body = isSound && trying.input !== null ? { text: slow, ...trying.input } : null;
  const rehearsed = useAsked<RehearsedView>(`/api/v1/flows/${name}/dry-run`, body);
  const editing: Editing = {
    ...{ name, file, text, written: read ?? known.current, blocks, write, chosen, choose, problems },
    set: (path, value) => write(setIn(newest.current, path, value)),
    rehearsed: rehearsed.value,
  };
  return { editing, trying, trialProblem: rehearsed.problem };
}
