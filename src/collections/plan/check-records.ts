import type { DataType } from "../../core/data-type.js";
import { describeProblems } from "../../core/errors.js";
import type { Store } from "../../core/store.js";
import type { Incompatibility } from "./plan.js";

/** Records of one data type that are looked at, the newest. */
const CHECKED = 1_000;
const PAGE = 100;
/** Records that do not fit which are named. */
const NAMED = 3;

type RecordReads = Pick<Store["records"], "list" | "count">;

/** Looks which of the newest stored records would not fit a data type as it is to be; how far it looked is in the message. */
export async function unfitRecords(dataType: DataType, records: RecordReads): Promise<readonly Incompatibility[]> {
  const examples: string[] = [];
  let [checked, unfit, cursor] = [0, 0, undefined as string | undefined];
  do {
    const page = await records.list({ dataType: dataType.name }, { cursor, limit: PAGE });
    for (const { key, document } of page.items) {
      checked += 1;
      const problems = dataType.validate(document);
      if (problems.length === 0) continue;
      unfit += 1;
      if (examples.length < NAMED) examples.push(`${key} (${describeProblems(problems.slice(0, 2))})`);
    }
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && checked < CHECKED);
  if (unfit === 0) return [];
  const far =
    cursor === undefined ? `${checked} stored records` : `newest ${checked} stored records, and there are more`;
  const message = `${unfit} of the ${far} would not fit: ${examples.join("; ")}. They stay as they are; a push that does not fit is refused`;
  return [{ subject: dataType.name, message, records: unfit }];
}

/** Says how many records of a data type that goes are kept. */
export async function orphanedRecords({ name }: DataType, records: RecordReads): Promise<readonly Incompatibility[]> {
  const found = await records.count({ dataType: name }, CHECKED);
  if (found === 0) return [];
  const many = found >= CHECKED ? `${CHECKED} or more stored records stay` : `${found} stored records stay`;
  return [
    { subject: name, message: `${many} and can be read; none can be pushed or changed any more`, records: found },
  ];
}
