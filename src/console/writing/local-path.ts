import type { DefinitionFileView } from "../../api/contract/draft.js";

/** Tells what a file holds. */
export function nounOf({ file }: Pick<DefinitionFileView, "file">): "flow" | "translator" {
  return file.endsWith(".jsonata") ? "translator" : "flow";
}

/** Gives where a definition of this installation is kept. @param name `local/name` */
export function localPath(name: string, file: Pick<DefinitionFileView, "file">): string {
  return `/api/v1/local-${nounOf(file)}s/${name.split("/")[1]}`;
}
