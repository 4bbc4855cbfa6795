import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { DefinitionFileView } from "../../api/contract/draft.js";
import { request } from "../remote/request.js";

/** The file that somebody writes at: what others save meanwhile does not take away what is written. */
export interface OwnFile {
  readonly file: DefinitionFileView;
  /** What somebody else has saved since; null when nobody has. */
  readonly newer: DefinitionFileView | null;
  /** Goes on from what was just saved. */
  readonly saved: () => void;
  /** Goes on from what somebody else has saved. */
  readonly take: () => void;
}

/** Keeps the file that was opened, until it is saved or another one is taken. */
export function useOwnFile(path: string, newest: DefinitionFileView): OwnFile {
  const [own, setOwn] = useState({ file: newest, before: newest.hash });
  const queries = useQueryClient();
  const { file, before } = own;
  const isOurs = newest.hash === file.hash || newest.hash === before;
  return {
    file,
    newer: isOurs ? null : newest,
    saved: () => {
      void request<DefinitionFileView>(path).then((kept) => {
        setOwn({ file: kept, before: file.hash });
        void queries.invalidateQueries();
      });
    },
    take: () => setOwn({ file: newest, before: newest.hash }),
  };
}
