import { type Operation, operationStates } from "../../core/operation.js";
import { callCounts } from "./replay.js";
import {
  described,
  flag,
  instant,
  integer,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
  toOptionalInstant,
} from "./schema.js";

const kind = oneOf(["replay", "retry"]);
const version = oneOf(["pinned", "newest"]);
const perSecond = integer({ minimum: 1, maximum: 1_000, default: 10 });

/** Orders many replays or retries in one. */
export const operationRequest = named(
  "OperationRequest",
  object(
    {
      kind: described("`replay`: events. `retry`: failed runs.", kind),
      from: described("ISO-8601 with a time zone; included.", text({ minLength: 1, maxLength: 40 })),
      until: described("Not included; at most 366 days after `from`.", text({ minLength: 1, maxLength: 40 })),
    },
    {
      dataType: described("Replay: events of this data type's records only.", text({ minLength: 1, maxLength: 200 })),
      eventKind: described("Replay: events of this kind only.", text({ minLength: 1, maxLength: 100 })),
      flow: described("Retry: runs of this flow only.", text({ minLength: 1, maxLength: 200 })),
      code: described("Retry: runs that failed with this code only.", text({ minLength: 1, maxLength: 100 })),
      version: described("Retry: the flow version runs are pinned to (the default), or the newest.", version),
      perSecond: described("Runs started or taken up again a second, at most.", perSecond),
      dryRun: described("Only tells what would happen.", flag({ default: false })),
    },
  ),
);

/** What a bulk operation would do. */
export const operationPreview = named(
  "OperationPreview",
  object({
    examined: described("How many events or runs this was told from, the oldest ones.", integer({ minimum: 0 })),
    more: described("Whether there are more than were examined.", flag()),
    runs: described("Runs that would be started or taken up again.", integer({ minimum: 0 })),
    calls: callCounts,
  }),
);

/** Many replays or retries in one, paced and stoppable. */
export const operation = named(
  "Operation",
  object({
    id: text(),
    work: object(
      { kind, from: text(), until: text() },
      {
        eventKind: nullable(text()),
        dataType: nullable(text()),
        flow: nullable(text()),
        code: nullable(text()),
        version,
      },
    ),
    state: oneOf(operationStates),
    perSecond: integer({ minimum: 1 }),
    cursor: described("The last event or run that was dealt with.", nullable(text())),
    examined: integer({ minimum: 0 }),
    started: integer({ minimum: 0 }),
    createdAt: instant,
    updatedAt: instant,
    finishedAt: nullable(instant),
  }),
);

export type OperationRequest = Static<typeof operationRequest>;
export type OperationPreviewView = Static<typeof operationPreview>;
export type OperationView = Static<typeof operation>;

export function toOperationView(stored: Operation): OperationView {
  const { id, work, state, perSecond, cursor, examined, started } = stored;
  return {
    ...{ id, work, state, perSecond, cursor, examined, started },
    createdAt: toInstant(stored.createdAt),
    updatedAt: toInstant(stored.updatedAt),
    finishedAt: toOptionalInstant(stored.finishedAt),
  };
}
