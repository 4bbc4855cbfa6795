import type { Concern, InspectedSender, SenderWebhook } from "./inspection.js";

/**
 * What a plan does about one address. `create`: nothing is there. `update`: an earlier address of this connection is.
 * `conflict`: another system's is; it stays, unless the sender was named. `replace`: another system's is, and the sender was named.
 */
export type WebhookAction = "create" | "update" | "replace" | "unchanged" | "conflict";

/** One address of one sender: as it is, and as it would be. */
export interface WebhookPlanItem {
  readonly webhook: string;
  readonly field: string;
  readonly action: WebhookAction;
  readonly now: string | null;
  readonly wanted: string;
  /** The other connection of this server whose address is there; null when it is nobody's here. */
  readonly sibling: string | null;
  /** Why, in plain words. */
  readonly reason: string;
}

/** What would be done to one sender: one change at the vendor, or none. */
export interface SenderPlan {
  readonly id: string;
  readonly kind: InspectedSender["kind"];
  readonly address: string;
  readonly items: readonly WebhookPlanItem[];
}

/** Where a connection wants its vendor to call. */
export interface WantedHooks {
  /** The connector's key of a webhook to its URL. */
  readonly urls: Readonly<Record<string, string>>;
  /** What every address of this connection has after the host, whatever its secret: `/hooks/twilio/twilio/twilio/`. */
  readonly path: string;
  /** The connector's key, which its commands are named by. */
  readonly connector: string;
  /** `namespace/name`. */
  readonly connection: string;
  /** The other connections to the vendor, by what their addresses have after the host, secret included. */
  readonly siblings: readonly { readonly connection: string; readonly path: string }[];
}

/**
 * Which senders are looked at. Null for those that the connection sends from and those where an address of its own is entered;
 * then another system's addresses stay.
 */
export type ChosenSenders = readonly string[] | null;

/** Plans what to enter where; pure, so that a plan that has been made can be made again. */
export function planWebhooks(
  senders: readonly InspectedSender[],
  chosen: ChosenSenders,
  wanted: WantedHooks,
): SenderPlan[] {
  const isMeant = (sender: InspectedSender): boolean =>
    chosen === null ? sender.used || sender.webhooks.some((slot) => isOwn(slot, wanted)) : isNamed(sender, chosen);
  return planAll(senders.filter(isMeant), wanted, chosen !== null);
}

/** Plans for each of these senders. */
function planAll(senders: readonly InspectedSender[], wanted: WantedHooks, areNamed: boolean): SenderPlan[] {
  return senders
    .filter(({ webhooks }) => webhooks.length > 0)
    .map(({ id, kind, address, webhooks }) => ({
      id,
      kind,
      address,
      items: webhooks.map((webhook) => planItem(webhook, areNamed, wanted)),
    }));
}

/** Gives the addresses of the senders that a plan for nobody in particular leaves alone, and that receive. */
export function leftAlone(senders: readonly InspectedSender[], wanted: WantedHooks): readonly string[] {
  const planned = new Set(planWebhooks(senders, null, wanted).map(({ id }) => id));
  return senders.filter(({ id, webhooks }) => webhooks.length > 0 && !planned.has(id)).map(({ address }) => address);
}

/** Whether an address of this connection is entered, be it an earlier one. */
function isOwn({ webhook, url }: SenderWebhook, wanted: WantedHooks): boolean {
  const own = wanted.urls[webhook] ?? "";
  return url !== null && (withoutFragment(url) === own || isEarlier(url, own, wanted));
}

/** Whether something is to be done about an item. */
export function changes({ action }: WebhookPlanItem): boolean {
  return action === "create" || action === "update" || action === "replace";
}

/** Whether a sender is among those that somebody named, by its address or its id. */
export function isNamed({ id, address }: Pick<InspectedSender, "id" | "address">, names: readonly string[]): boolean {
  return names.includes(id) || names.includes(address);
}

function planItem(slot: SenderWebhook, isNamedOne: boolean, wanted: WantedHooks): WebhookPlanItem {
  const url = wanted.urls[slot.webhook] ?? "";
  const { webhook, field } = slot;
  const sibling = slot.url === null ? null : siblingOf(slot.url, url, wanted);
  const item = (action: WebhookAction, reason: string): WebhookPlanItem => ({
    ...{ webhook, field, action, reason, sibling },
    now: slot.url,
    wanted: url,
  });
  const foreign = (reason: string): WebhookPlanItem =>
    isNamedOne
      ? item("replace", `${reason}; it was named`)
      : item("conflict", `${reason}; name this sender to replace it`);
  if (slot.insteadOf !== null) return foreign(`${slot.insteadOf} has the word`);
  if (slot.url === null) return item("create", "nothing is entered");
  if (slot.placeholder) return item("create", "only the vendor's own example is entered");
  if (withoutFragment(slot.url) === url) {
    if (slot.method === null || slot.method === "POST") return item("unchanged", "it is entered");
    return item("update", `it is called by ${slot.method}, and must be by POST`);
  }
  if (isEarlier(slot.url, url, wanted)) return item("update", "an earlier address of this connection is entered");
  return foreign(
    sibling === null ? "another system's address is entered" : `the connection ${sibling} of this server is entered`,
  );
}

/** Which other connection of this server an address belongs to: by its secret under whatever host; null for none. */
function siblingOf(now: string, wanted: string, { path, connector, connection, siblings }: WantedHooks): string | null {
  if (!URL.canParse(now) || !URL.canParse(wanted)) return null;
  const [is, will] = [new URL(now), new URL(wanted)];
  const known = siblings.find((one) => is.pathname.startsWith(one.path));
  if (known !== undefined) return known.connection;
  const [, , kind, collection, name, secret] = is.pathname.split("/");
  if (is.host !== will.host || kind !== connector || secret === undefined) return null;
  const named = `${collection}/${name}`;
  return path.startsWith(`/hooks/${kind}/`) && named !== connection ? named : null;
}

/** The vendor reads how often to try from the fragment; it is no part of the address. */
function withoutFragment(url: string): string {
  return url.replace(/#.*$/, "");
}

/** Its secret proves it, under whatever host; and on our own host nobody else has this path. */
function isEarlier(now: string, wanted: string, { path }: WantedHooks): boolean {
  if (!URL.canParse(now)) return false;
  const [was, will] = [new URL(now), new URL(wanted)];
  if (was.pathname === will.pathname) return true;
  return was.host === will.host && was.pathname.includes(path);
}

/** Gives what an operator should know about addresses: none is entered, or another system's. */
export function concernsOfAddresses(senders: readonly InspectedSender[], wanted: WantedHooks): Concern[] {
  const { connector, connection } = wanted;
  const plans = planAll(senders, wanted, false);
  const used = new Set(senders.filter((sender) => sender.used).map(({ id }) => id));
  const command = `patchbay ${connector} connect ${connection}`;
  return plans.flatMap(({ id, address, items }) =>
    items.flatMap((item) => concernsOf(item, { address, isUsed: used.has(id), command })),
  );
}

interface Place {
  readonly address: string;
  readonly isUsed: boolean;
  readonly command: string;
}

function concernsOf(item: WebhookPlanItem, { address, isUsed, command }: Place): Concern[] {
  const { action, field, now, reason, webhook } = item;
  if (action === "unchanged") return [];
  const about = `${address} ${webhook}`;
  if (action === "conflict" || action === "replace") {
    const where = now === null ? reason : `it is ${placeOf(now)} (${reason.replace(/; .*$/, "")})`;
    return [
      {
        ...{ code: "webhook-elsewhere", level: isUsed ? "problem" : "note", about },
        message: `${field} of ${address} is not this connection's: ${where}`,
        remedy: `If what is sent to ${address} belongs here, name it: ${command} --sender ${address}. If not, leave it.`,
      },
    ];
  }
  const isFallback = webhook === "fallback";
  return [
    {
      ...{ code: "webhook-missing", level: !isUsed ? "note" : isFallback ? "warning" : "problem", about },
      message: `${field} of ${address}: ${reason}. ${isFallback ? "A message that the other address fails to take is lost" : "What is sent to it does not come here"}.`,
      remedy: `See what would be entered, and enter it: ${command}${isUsed ? "" : ` --sender ${address}`}`,
    },
  ];
}

/** Another system's address may carry a secret: where it is, is enough. */
function placeOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "no address that can be read";
}
