import { PatchbayError } from "../core/errors.js";
import type { Message, MessageReport } from "../core/message.js";
import type { Price } from "../core/price.js";
import type { Store } from "../core/store.js";
import { commitPlan } from "./commit.js";
import type { PendingCall } from "./draft.js";
import { planReport } from "./plan-report.js";
import type { Planning } from "./planning.js";

/**
 * Takes a vendor's report about a message: the event, the message's status and what flows make of it, in one commit.
 *
 * A repeated report is dropped by its dedupe key. A late one is recorded as an event but moves nothing and starts
 * nothing. A report about an effect whose outcome was unknown settles it: the vendor has the message, and the run that
 * stopped at it goes on.
 *
 * @returns The calls to make, of flows that the status started.
 */
export async function acceptReport(
  report: MessageReport,
  queueRuns: boolean,
  planning: Planning,
): Promise<readonly PendingCall[]> {
  const { store, log } = planning.parts;
  const found = await findMessage(report, store);
  if (found === null) {
    log.warn(
      { vendorId: report.vendorId, status: report.status },
      "a report about a message that Patchbay did not send",
    );
    return [];
  }
  if (isNews(report, found)) {
    await store.commit([{ kind: "message-priced", effectId: found.effectId, price: report.price }]);
  }
  if ((await store.events.getByDedupeKey(report.dedupeKey)) !== null) return [];
  try {
    const draft = await commitPlan(planning, (drafted) => planReport(drafted, { report, found }, planning), queueRuns);
    return draft.calls;
  } catch (error) {
    if (error instanceof PatchbayError && error.code === "EVENT_DUPLICATED") return [];
    throw error;
  }
}

/** A price comes some time after the status that it belongs to, with a report that says nothing else that is new. */
function isNews(report: MessageReport, { price: known }: Message): report is MessageReport & { readonly price: Price } {
  const { price = null } = report;
  return price !== null && (price.amount !== known?.amount || price.currency !== known.currency);
}

async function findMessage({ effectId, vendorId }: MessageReport, store: Store): Promise<Message | null> {
  const byEffect = effectId === null ? null : await store.messages.getByEffect(effectId);
  return byEffect ?? store.messages.getByVendorId(vendorId);
}
