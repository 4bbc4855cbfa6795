import { createHash } from "node:crypto";
import type { OpenConnection } from "../core/catalog.js";
import type { Change } from "../core/change.js";
import { PatchbayError, toPatchbayError } from "../core/errors.js";
import { type Concern, type ConnectionCheck, healthOf, type Inspection, nameOfConcern } from "../core/inspection.js";
import { type CheckOccasion, keptConcerns, PAST_CHECK_MS, type PastCheck } from "../core/past-check.js";
import {
  type ChosenSenders,
  changes,
  concernsOfAddresses,
  isNamed,
  leftAlone,
  planWebhooks,
  type SenderPlan,
  type WantedHooks,
} from "../core/webhook-plan.js";
import { hookUrl } from "../core/webhook-url.js";
import { commitPlan } from "./commit.js";
import type { AppliedSender, ConnectionCare, WebhookPlan } from "./connection-care.js";
import { noticeOfConcern, noticeOfConnection, unhealthyFingerprint } from "./notify.js";
import { type Planning, stampOf } from "./planning.js";
import { tellRefused } from "./refused-webhook.js";

/** Makes the care of one process's connections. */
export function createConnectionCare(planning: () => Planning): ConnectionCare {
  const underWay = new Set<Promise<unknown>>();
  const counted = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work);
    return work.finally(() => underWay.delete(work));
  };
  const plan = async (name: string, senders: ChosenSenders): Promise<WebhookPlan> => {
    const open = requireOpen(name, planning());
    const wanted = wantedBy(open, planning());
    const inspection = await requireInspect(open)();
    for (const asked of senders ?? []) requireSender(asked, inspection, open);
    const plans = planWebhooks(inspection.senders, senders, wanted);
    const hash = createHash("sha256").update(JSON.stringify(plans)).digest("hex");
    const others = senders === null ? leftAlone(inspection.senders, wanted) : [];
    return { connection: name, senders: plans, others, hash };
  };
  return {
    check: (name) => counted(check(name, "asked", planning())),
    watch: (name) => counted(check(name, "regular", planning())),
    tellRefused: (name, error) => counted(tellRefused(name, error, planning())),
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
    planWebhooks: plan,
    applyWebhooks: async (name, { senders, hash, by }) => {
      const planned = await plan(name, senders);
      if (planned.hash !== hash) {
        const message = `What would be entered for ${name} is not what was looked at any more`;
        throw new PatchbayError("WEBHOOK_PLAN_CHANGED", message);
      }
      const open = requireOpen(name, planning());
      const applied: AppliedSender[] = [];
      for (const sender of planned.senders) applied.push(await enter(sender, open));
      await tellEntered(applied, { name, by }, planning());
      await check(name, "entered", planning());
      return applied;
    },
  };
}

function requireOpen(name: string, { catalog }: Planning): OpenConnection {
  const open = catalog.connection(name);
  if (open !== null) return open;
  const known = catalog.connections().map((one) => one.name);
  const message = `There is no connection ${name.slice(0, 200)}; there is: ${known.join(", ") || "none"}`;
  throw new PatchbayError("CONNECTION_UNKNOWN", message);
}

function requireInspect({ name, connection, connector }: OpenConnection): () => Promise<Inspection> {
  const { inspect } = connection;
  if (inspect !== undefined) return inspect;
  throw new PatchbayError("CONNECTION_UNSEEN", `${name}: ${connector.title} cannot be asked about its account`);
}

function requireSender(asked: string, { senders }: Inspection, { name }: OpenConnection): void {
  const found = senders.find((sender) => isNamed(sender, [asked]));
  if (found !== undefined && found.webhooks.length > 0) return;
  const message =
    found === undefined
      ? `${asked.slice(0, 100)} is no sender of the account of ${name}`
      : `Nothing is entered at ${asked}: ${found.memberOf === null ? "it receives no texts" : `its service ${found.memberOf} has the word`}`;
  throw new PatchbayError("SENDER_UNKNOWN", message);
}

function wantedBy(open: OpenConnection, { parts, catalog }: Planning): WantedHooks {
  const { publicUrl } = parts;
  if (publicUrl === null) {
    throw new PatchbayError("PUBLIC_URL_MISSING", `Nobody can call ${open.name}: this server has no PUBLIC_URL`);
  }
  const { key, webhooks } = open.connector;
  const siblings = catalog.connections().filter(({ name, connector }) => name !== open.name && connector.key === key);
  const entered = webhooks.filter(({ enteredAs }) => enteredAs !== null);
  return {
    urls: Object.fromEntries(entered.map((webhook) => [webhook.key, hookUrl(publicUrl, open, webhook.key)])),
    path: `/hooks/${[key, ...open.name.split("/")].map(encodeURIComponent).join("/")}/`,
    connector: key,
    connection: open.name,
    siblings: siblings.map((one) => ({ connection: one.name, path: new URL(hookUrl(publicUrl, one, "")).pathname })),
  };
}

async function enter(sender: SenderPlan, { connection }: OpenConnection): Promise<AppliedSender> {
  const due = sender.items.filter(changes);
  if (due.length === 0) return { ...sender, outcome: "left", failure: null };
  try {
    await connection.enterWebhooks?.(sender, Object.fromEntries(due.map(({ webhook, wanted }) => [webhook, wanted])));
    return { ...sender, outcome: "entered", failure: null };
  } catch (thrown) {
    const { code, message, remedy } = toPatchbayError(thrown);
    return { ...sender, outcome: "failed", failure: { code, message, remedy } };
  }
}

async function tellEntered(
  applied: readonly AppliedSender[],
  { name, by }: { name: string; by: string | null },
  planning: Planning,
): Promise<void> {
  const entered = applied.filter(({ outcome }) => outcome === "entered").map(({ address }) => address);
  if (entered.length === 0) return;
  const title = `${name}: this server's addresses were entered at ${entered.join(", ")}${by === null ? "" : ` by ${by}`}`;
  await commitPlan(planning, async ({ changes: drafted }) =>
    drafted.push(noticeOfConnection({ connection: name }, { level: "info", title }, stampOf(planning.parts))),
  );
}

/** A person who asks sees what is found; of what the time finds, operators are told. */
async function check(name: string, occasion: CheckOccasion, planning: Planning): Promise<ConnectionCheck> {
  const { store, now, newId } = planning.parts;
  const open = requireOpen(name, planning);
  const began = now();
  const { unknown, ...inspection } = await look(open, planning);
  const before = (await store.connections.check(name))?.told ?? [];
  const { concerns } = inspection;
  const there = new Set(concerns.map(nameOfConcern));
  const fresh = occasion === "regular" && !unknown ? concerns.filter((concern) => isNews(concern, before)) : [];
  const over = unknown ? [] : before.filter((told) => !there.has(told));
  const checked: ConnectionCheck = {
    ...inspection,
    connection: name,
    health: unknown ? "unknown" : healthOf(concerns),
    checkedAt: new Date(now()),
    told: [...before.filter((told) => !over.includes(told)), ...fresh.map(nameOfConcern)],
  };
  const { health, checkedAt } = checked;
  const past: PastCheck = {
    ...{ id: newId("chk"), connection: name, checkedAt, occasion, tookMs: Math.max(0, checkedAt.getTime() - began) },
    ...{ health, ...keptConcerns(inspection) },
  };
  await commitPlan(planning, async (draft) => {
    draft.changes.push({ kind: "connection-checked", check: checked });
    const before = new Date(checkedAt.getTime() - PAST_CHECK_MS);
    draft.changes.push({ kind: "connection-check-kept", past, before });
    for (const concern of fresh) draft.changes.push(noticeOfConcern(name, concern, stampOf(planning.parts)));
    for (const told of over) draft.changes.push(...(await resolution(name, told, planning)));
  });
  return checked;
}

function isNews(concern: Concern, told: readonly string[]): boolean {
  return concern.level !== "note" && !told.includes(nameOfConcern(concern));
}

async function resolution(name: string, told: string, { parts }: Planning): Promise<Change[]> {
  const fingerprint = unhealthyFingerprint(name, told);
  const issue = await parts.store.issues.get(fingerprint);
  if (issue === null || issue.state === "resolved") return [];
  return [{ kind: "issue-moved", fingerprint, state: "resolved", at: new Date(parts.now()) }];
}

/** Asks the vendor, and adds what its addresses come to. Whether it could be asked at all is said apart. */
async function look(open: OpenConnection, planning: Planning): Promise<Inspection & { readonly unknown: boolean }> {
  const inspect = requireInspect(open);
  try {
    const inspection = await inspect();
    const concerns = [...inspection.concerns, ...concernsOfWebhooks(inspection, open, planning)];
    return { ...inspection, concerns, unknown: false };
  } catch (thrown) {
    const { retryable, message, remedy } = toPatchbayError(thrown);
    const concern: Concern = {
      code: retryable ? "vendor-silent" : "connection-unusable",
      level: retryable ? "warning" : "problem",
      about: null,
      message,
      remedy: retryable ? "Nothing, unless it lasts: it is looked at again by itself." : remedy,
    };
    return { account: null, senders: [], concerns: [concern], unknown: retryable };
  }
}

function concernsOfWebhooks({ senders }: Inspection, open: OpenConnection, planning: Planning): Concern[] {
  if (planning.parts.publicUrl === null) {
    return [
      {
        ...{ code: "public-url-missing", level: "warning", about: null },
        message:
          "This server has no PUBLIC_URL: what becomes of messages is not followed, and what is answered does not come",
        remedy: "Set PUBLIC_URL to the address by which the vendor reaches this server.",
      },
    ];
  }
  return concernsOfAddresses(senders, wantedBy(open, planning));
}
