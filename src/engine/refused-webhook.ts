import type { PatchbayError } from "../core/errors.js";
import { commitPlan } from "./commit.js";
import { noticeOfConnection } from "./notify.js";
import { type Planning, stampOf } from "./planning.js";

/**
 * Tells operators that somebody who knows a connection's address was refused, once while its issue is open: a wrong secret
 * would lose everything that is handed over, and only the sender would know.
 */
export async function tellRefused(connection: string, error: PatchbayError, planning: Planning): Promise<void> {
  const { store } = planning.parts;
  const fingerprint = `${connection}:${error.code}`;
  const issue = await store.issues.get(fingerprint);
  if (issue !== null && issue.state !== "resolved") return;
  const { code, message, remedy } = error;
  const title = `${connection} refused a webhook request`;
  const notice = { level: "error", title, failure: { code, message, remedy } } as const;
  await commitPlan(planning, ({ changes }) =>
    changes.push(noticeOfConnection({ connection, fingerprint }, notice, stampOf(planning.parts))),
  );
}
