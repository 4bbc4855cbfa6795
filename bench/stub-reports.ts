import { Pool } from "undici";
import { signForm } from "../src/simulator/signature.js";
import { ACCOUNT, AUTH_TOKEN, type ReportCounts } from "./stub-protocol.js";

/** What is known of a text that is reported on. */
export interface ReportedText {
  readonly callbackUrl: string;
  readonly sid: string;
  readonly to: string;
  readonly from: string;
}

/** Twilio calls back for what follows the status of its answer, `queued`. */
const STATUSES = ["sent", "delivered"];
/** As many as orders come by: with fewer, what is measured at the end is how long each report waits for the disk. */
const CONNECTIONS = 50;

/** Makes what reports each text as sent, and then as delivered, each signed, as fast as they are taken. */
export function createReports(): { report(text: ReportedText): void; counts(): ReportCounts } {
  const pools = new Map<string, Pool>();
  let pending = 0;
  let taken = 0;
  let refused = 0;
  let firstRefusal: string | null = null;

  function poolOf(origin: string): Pool {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
    pools.set(origin, pool);
    return pool;
  }

  function refuse(reason: string): void {
    refused += 1;
    firstRefusal ??= reason;
  }

  async function post({ callbackUrl, sid, to, from }: ReportedText, status: string): Promise<void> {
    const { origin, pathname, search } = new URL(callbackUrl);
    const fields = {
      ...{ ApiVersion: "2010-04-01", AccountSid: ACCOUNT, From: from, To: to },
      ...{ MessageSid: sid, MessageStatus: status, SmsSid: sid, SmsStatus: status },
    };
    const headers = {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Twilio-Signature": signForm(AUTH_TOKEN, callbackUrl, Object.entries(fields)),
    };
    const body = new URLSearchParams(fields).toString();
    const answer = await poolOf(origin).request({ method: "POST", path: pathname + search, headers, body });
    const text = await answer.body.text();
    if (answer.statusCode < 300) taken += 1;
    else refuse(`${answer.statusCode} ${text.slice(0, 300)}`);
  }

  async function reportAll(text: ReportedText): Promise<void> {
    for (const status of STATUSES) {
      await post(text, status).catch((error: unknown) => refuse(String(error)));
      pending -= 1;
    }
  }

  return {
    report: (text) => {
      pending += STATUSES.length;
      void reportAll(text);
    },
    counts: () => ({ pending, taken, refused, firstRefusal }),
  };
}
