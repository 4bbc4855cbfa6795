import { createTwoFilesPatch } from "diff";

/** Lines around a change that are shown with it. */
const CONTEXT = 3;
/** Changed lines beyond which two texts have nothing to do with each other; finding out takes time by their square. */
const MAX_EDITS = 2_000;

/** Writes how what runs differs from what was published, as `diff -u` does. */
export function unifiedDiff(file: string, { published, mine }: { published: string | null; mine: string }): string {
  const old = published === null ? "/dev/null" : `published/${file}`;
  const options = { context: CONTEXT, maxEditLength: MAX_EDITS };
  const patch = createTwoFilesPatch(old, `here/${file}`, published ?? "", mine, undefined, undefined, options);
  if (patch === undefined) return `--- ${old}\n+++ here/${file}\n… more than 2,000 lines differ …\n`;
  return patch.replace(/^=+\n/, "");
}
