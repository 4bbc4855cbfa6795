import type { Message, MessageReport } from "../core/message.js";
import type { Price } from "../core/price.js";
import type { SentMessage } from "../core/sent-message.js";
import type { Store } from "../core/store.js";
import { commitPlan } from "./commit.js";
import type { Draft, PendingCall } from "./draft.js";
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
  if (isNews(report, found.message)) {
    await store.commit([{ kind: "message-priced", effectId: found.message.effectId, price: report.price }]);
  }
  // Nearly every report is the first of its kind, so whether it is one is asked only when the store says that it is not.
  const plan = async (draft: Draft, again: boolean): Promise<void> => {
    if (again && (await store.events.getByDedupeKey(report.dedupeKey)) !== null) return;
    const sent = again ? ((await findMessage(report, store)) ?? found) : found;
    await planReport(draft, { report, sent }, planning);
  };
  return (await commitPlan(planning, plan, queueRuns)).calls;
}

/** A price comes some time after the status that it belongs to, with a report that says nothing else that is new. */
function isNews(report: MessageReport, { price: known }: Message): report is MessageReport & { readonly price: Price } {
  const { price = null } = report;
  return price !== null && (price.amount !== known?.amount || price.currency !== known.currency);
}

async function findMessage({ effectId, vendorId }: MessageReport, store: Store): Promise<SentMessage | null> {
  const byEffect = effectId === null ? null : await store.messages.sentByEffect(effectId);
  return byEffect ?? store.messages.sentByVendorId(vendorId);
}
