import { inferSchema } from "../../collections/scaffold/infer-schema.js";
import type {
  FlowDefinition,
  MessageTrigger,
  ReceivedTrigger,
  RecordTrigger,
  WebhookTrigger,
} from "../../core/flow.js";
import { allSteps } from "../../core/flow.js";
import { isJsonObject, type JsonObject, type JsonSchema } from "../../core/json.js";
import { ANY_TOPIC } from "../../core/webhook-delivery.js";
import { play } from "../play.js";
import { OWN_NUMBER, type Prepared } from "../prepared.js";
import { settle } from "../time.js";
import type { World } from "../world.js";
import { recordTrier } from "./record-trier.js";
import { derivingFrom, type Trier, watchFlow } from "./trier.js";

/** Hands documents over by a webhook: of the data type that the first translator reads, else of the shape of the tests' own. */
export function webhookTrier(flow: FlowDefinition, on: WebhookTrigger, { world, prepared }: Parts): Trier | null {
  const [topic = ANY_TOPIC] = on.topics;
  const schema = typeOf(flow, world) ?? shapeOf(on, prepared);
  if (schema === null) return null;
  const { optional, derive } = derivingFrom(schema, world);
  const outcome = watchFlow(flow.name, world);
  let number = 0;
  return {
    ...{ optional, alongside: [] },
    attempt: async (variant) => {
      const document = derive(variant);
      number += 1;
      await world.engine.deliver({ topic, id: `fuzz${number}`, body: document, unreadable: null }, on.connection);
      await settle(world);
      const step = { webhook: on.connection, ...(topic !== ANY_TOPIC && { topic }), record: document };
      return { document, given: [step], ...(await outcome()) };
    },
  };
}

interface Parts {
  readonly world: World;
  readonly prepared: Prepared;
}

function typeOf({ steps }: FlowDefinition, { catalog }: World): JsonSchema | null {
  const first = allSteps(steps).find((step) => step.kind === "translate");
  if (first?.kind !== "translate" || first.input !== null) return null;
  const from = catalog.translator(first.translator)?.from ?? null;
  return from === null ? null : (catalog.dataType(from)?.schema ?? null);
}

function shapeOf({ connection, topics }: WebhookTrigger, { tests }: Prepared): JsonSchema | null {
  const documents = tests.flatMap(({ given }) =>
    given.flatMap((step) => {
      if (step.kind !== "webhook" || step.connection !== connection) return [];
      const fitting = step.deliveries.filter(({ topic }) => topics.length === 0 || topics.includes(topic));
      return fitting.map(({ body }) => body).filter(isJsonObject);
    }),
  );
  return documents.length === 0 ? null : inferSchema("fuzz/Document", documents).schema;
}

/** What people write: what the condition looks for, and everything else. */
const written = [
  "Yes",
  "no",
  "1",
  "When will it come?",
  "yes 👍",
  "\u00a0",
  "x".repeat(1_600),
  "=1+1",
  "\n",
  "Ja, gern!",
];

/** Has somebody write, each time from another number. Nothing of what is written can be missing. */
export function replyTrier(flow: FlowDefinition, on: ReceivedTrigger, world: World): Trier {
  const looked = [...(on.when ?? "").matchAll(/"([^"]+)"/g)].map(([, word = ""]) => word);
  const bodies = [...looked, ...written];
  const way = looked.includes("whatsapp") ? "whatsapp:" : "";
  const outcome = watchFlow(flow.name, world);
  let number = 0;
  return {
    ...{ optional: [], alongside: [] },
    attempt: async ({ seed, strange }) => {
      const body = bodies[strange ? seed % bodies.length : 0] ?? "Yes";
      number += 1;
      const from = `${way}+1213555${String(number).padStart(4, "0")}`;
      const connection = on.connection ?? connectionOf(world);
      await play({ kind: "reply", body, from, to: `${way}${OWN_NUMBER}`, connection }, world);
      const step = { reply: body, from, to: `${way}${OWN_NUMBER}`, ...(connection !== null && { connection }) };
      return { document: { body }, given: [step], ...(await outcome()) };
    },
  };
}

function connectionOf({ catalog }: World): string | null {
  return catalog.connections().find(({ connector }) => connector.key === "twilio")?.name ?? null;
}

/** What the vendor can be made to say of a message. */
const reports = ["delivered", "undelivered", "failed", "read", "sent"] as const;

/** The vendor's code that a condition looks for: `errorCode = "30003"`, or the first of `errorCode in ["30001", …]`. */
function errorIn(when: string): string | null {
  return /\berrorCode\s*(?:=|in\s*\[)\s*"(\d+)"/.exec(when)?.[1] ?? null;
}

/** A flow that texts, and is on in one of its golden tests. */
export interface Sender {
  readonly name: string;
  readonly on: RecordTrigger;
}

/** Pushes records at a flow that texts, and has the vendor report what the other flow starts on. */
export async function messageTrier(
  flow: FlowDefinition,
  on: MessageTrigger,
  { sender, world }: { readonly sender: Sender; readonly world: World },
): Promise<Trier | null> {
  const status = reports.find((one) => on.statuses.includes(one));
  if (status === undefined) return null;
  const error = errorIn(on.when ?? "");
  const behaviour = { kind: "delivers", status, error } as const;
  const match = { connection: null, to: null, body: null };
  await play({ kind: "vendor", behaviour, match, times: null }, world);
  const trier = recordTrier(sender.on, flow.name, world);
  const step: JsonObject = { vendor: "delivers", status, ...(error !== null && { error: Number(error) }) };
  return {
    ...{ optional: trier.optional, alongside: [sender.name] },
    attempt: async (variant) => {
      const trial = await trier.attempt(variant);
      return trial === null ? null : { ...trial, given: [step, ...trial.given] };
    },
  };
}
