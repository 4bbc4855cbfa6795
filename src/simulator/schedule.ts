import { Refusal } from "./twilio-errors.js";

const SOONEST_MS = 300_000;
const LATEST_MS = 35 * 24 * 3_600_000;
const UTC_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/**
 * Reads when a message is to leave: null at once, else more than 5 minutes and up to 35 days ahead.
 *
 * @throws Refusal 20001 (another ScheduleType than `fixed`), 35111, 35114, 35115, 35118
 * Source: https://www.twilio.com/docs/messaging/features/message-scheduling
 */
export function parseSendAt(form: URLSearchParams, now: Date): Date | null {
  const type = form.get("ScheduleType");
  const text = form.get("SendAt");
  if (!type && !text) return null;
  if (type !== "fixed") throw new Refusal(20001, `'ScheduleType' must be fixed, not ${type ?? "missing"}`);
  if (!text) throw new Refusal(35111);
  if (!form.get("MessagingServiceSid")) throw new Refusal(35118);
  const at = new Date(text);
  if (!UTC_TIME.test(text) || Number.isNaN(at.getTime())) throw new Refusal(35114, text);
  const aheadMs = at.getTime() - now.getTime();
  if (aheadMs <= SOONEST_MS || aheadMs > LATEST_MS) throw new Refusal(35115, text);
  return at;
}
