import type { Store } from "../../core/store.js";
import * as broadcasts from "./broadcasts.js";
import type { Reads } from "./reads.js";

/** What is read about broadcasts. */
export function broadcastQueries(reads: Reads): Store["broadcasts"] {
  return {
    get: (id) => reads.one(broadcasts.broadcastStatement(id), broadcasts.toBroadcast),
    list: (filter, paging) =>
      reads.page(broadcasts.broadcastListStatement(filter, paging), paging, {
        convert: broadcasts.toBroadcast,
        cursor: ({ id }) => id,
      }),
    unfinished: (limit) => reads.many(broadcasts.unfinishedStatement(limit), broadcasts.toBroadcast),
    recipients: (id, filter, paging) =>
      reads.page(broadcasts.recipientListStatement(id, filter, paging), paging, {
        convert: broadcasts.toRecipient,
        cursor: (recipient) => recipient.id,
      }),
    ofRecord: (id, key) => reads.one(broadcasts.recipientOfRecordStatement(id, key), broadcasts.toRecipient),
    ofPerson: (id, recipient) =>
      reads.one(broadcasts.recipientOfPersonStatement(id, recipient), broadcasts.toRecipient),
    ofRun: (runId) => reads.one(broadcasts.recipientOfRunStatement(runId), broadcasts.toRecipient),
    costs: (id) => reads.many(broadcasts.costsStatement(id), broadcasts.toCost),
    counts: async (id) =>
      broadcasts.toOutcomeCounts(await reads.many(broadcasts.outcomeCountsStatement(id), (row) => row)),
    count: async (id, outcome, limit) =>
      (await reads.many(broadcasts.outcomeCountStatement(id, outcome, limit), (row) => Number(row.recipients)))[0] ?? 0,
  };
}
