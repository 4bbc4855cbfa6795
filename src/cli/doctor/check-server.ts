import type { CollectionView } from "../../api/contract/collection.js";
import type { ConnectionView } from "../../api/contract/connection.js";
import type { FlowView } from "../../api/contract/definitions.js";
import type { HealthView } from "../../api/contract/health.js";
import type { NotificationView } from "../../api/contract/notification.js";
import type { ProcessView } from "../../api/contract/process.js";
import type { RunView } from "../../api/contract/run.js";
import type { SecretListView } from "../../api/contract/secret.js";
import { findOverlaps } from "../../collections/overlap.js";
import { PatchbayError } from "../../core/errors.js";
import type { FlowDefinition } from "../../core/flow.js";
import type { Client } from "../client.js";
import { count } from "../plain.js";
import { type Finding, ok, problem, warning } from "./finding.js";

const goesOn = "They go on by themselves: patchbay runs list --status waiting";
const manyDefinitions = 1_000;
const manyNotifications = 100;
const manyRuns = 1_000;
const manyProcesses = 100;

/** Checks the running server: that it answers, that it can store, and that what is installed can work. */
export async function checkServer(client: Client, ownVersion: string): Promise<readonly Finding[]> {
  const health = await examineHealth(client, ownVersion);
  if (health.state === "problem") return [health];
  const collections = await client.list<CollectionView>("/api/v1/collections", { limit: manyDefinitions });
  const flows = await client.list<FlowView>("/api/v1/flows", { limit: manyDefinitions });
  return [
    health,
    await examineReadiness(client),
    ...(await examineProcesses(client)),
    ...examineLeftOut(collections),
    ...(await examineSecrets(client)),
    examineTwilio(collections),
    ...examineWebhooks(collections),
    ...examineFlows(flows),
    ...(await examineSwitches(client)),
    ...(await examineConnections(client)),
    await examineNotifications(client),
  ];
}

async function examineHealth(client: Client, ownVersion: string): Promise<Finding> {
  try {
    const { version } = await client.get<HealthView>("/healthz");
    if (version === ownVersion) return ok("server", `Patchbay ${version} answers at ${client.url}`);
    const message = `the server at ${client.url} is Patchbay ${version}, this command is ${ownVersion}`;
    return warning("server", message, "Use the same version for both.");
  } catch (error) {
    if (error instanceof PatchbayError) return problem("server", error.message, error.remedy);
    throw error;
  }
}

async function examineReadiness(client: Client): Promise<Finding> {
  try {
    await client.get<HealthView>("/readyz");
    return ok("database", "the server can store, durably");
  } catch (error) {
    if (error instanceof PatchbayError) return problem("database", error.message, error.remedy);
    throw error;
  }
}

/** Orders that are taken while no process carries runs on are durable, and wait. */
async function examineProcesses(client: Client): Promise<readonly Finding[]> {
  const processes = await client.list<ProcessView>("/api/v1/processes", { limit: manyProcesses });
  if (processes.length === 0) return [];
  const working = processes.filter(({ role }) => role !== "api");
  const names = processes.map(({ name, role }) => `${name} (${role})`).join(", ");
  if (working.length > 0) return [ok("processes", `sharing the database: ${names}`)];
  const message = `no process carries runs on: orders are taken, and nothing is sent. There: ${names}`;
  return [problem("processes", message, "patchbay start --role worker, with the same DATABASE_URL.")];
}

/** What is installed and does not go together with the rest is not used: nothing of it runs, sends or receives. */
function examineLeftOut(collections: readonly CollectionView[]): readonly Finding[] {
  return collections.flatMap(({ name, leftOut }) => {
    if (leftOut === null) return [];
    const message = `${name} ${leftOut.version} is installed and left out, because it does not fit the others: ${leftOut.reason}`;
    return [problem("collections", message, `Install it again, corrected: patchbay collection install ${name}`)];
  });
}

/** A secret that is being replaced must not be forgotten halfway. */
async function examineSecrets(client: Client): Promise<readonly Finding[]> {
  const { collections, secondFactors, dataKey } = await client.get<SecretListView>("/api/v1/secrets");
  const sealedBy = (by: "previous" | "unknown"): readonly string[] => [
    ...collections.filter((one) => one.sealedBy === by).map(({ collection }) => collection),
    ...(secondFactors[by] > 0 ? [count(secondFactors[by], "second factor")] : []),
    ...(dataKey === by ? ["the data key of the database"] : []),
  ];
  const [old, lost] = [sealedBy("previous"), sealedBy("unknown")];
  const oldMessage = `sealed by an older PATCHBAY_SECRET or in an older way: ${old.join(", ")}`;
  const lostMessage = `no known PATCHBAY_SECRET opens the secrets of ${lost.join(", ")}`;
  return [
    ...(old.length === 0 ? [] : [warning("secrets", oldMessage, "patchbay secret rotate")]),
    ...(lost.length === 0
      ? []
      : [problem("secrets", lostMessage, "Set PATCHBAY_SECRET_PREVIOUS, or set them again: patchbay secret set.")]),
  ];
}

/** Its secrets are never shown; that the connection is open means that they could be read. */
function examineTwilio(collections: readonly CollectionView[]): Finding {
  const twilio = collections.find(({ name }) => name === "twilio");
  if (twilio?.installed) {
    const { accountSid, from, messagingServiceSid, apiUrl } = twilio.installed.parameters;
    const elsewhere = typeof apiUrl === "string" && !apiUrl.includes("twilio.com") ? ` at ${apiUrl}` : "";
    return ok("twilio", `account ${accountSid}${elsewhere}, sender ${from ?? messagingServiceSid}`);
  }
  const remedy = "patchbay collection install twilio: ecommerce and communication come with it.";
  return warning("twilio", "the twilio collection is not installed: nothing can be texted", remedy);
}

/** Whether they are entered at the vendor, only the vendor knows. */
function examineWebhooks(collections: readonly CollectionView[]): readonly Finding[] {
  const webhooks = collections.flatMap(({ installed }) => installed?.webhooks ?? []);
  return webhooks.flatMap(({ title, enteredAs, url }) =>
    url === null ? [] : [ok("webhook", `${title}: ${url} (${enteredAs})`)],
  );
}

function examineFlows(flows: readonly FlowView[]): readonly Finding[] {
  const active = flows.filter((flow) => flow.active);
  if (active.length === 0) {
    return [
      warning(
        "flows",
        "no flow is switched on: pushed records start nothing",
        "patchbay flow list, then flow activate.",
      ),
    ];
  }
  const on = ok("flows", `${active.length} of ${flows.length} flows are on`);
  const overlaps = findOverlaps(active.map(toDefinition), flows.map(toDefinition));
  const doubles = overlaps.map(({ flows: [first, second], dataType }) =>
    warning(
      "flows",
      `${first} and ${second} both text the customer for the same ${dataType}`,
      `Switch one of them off: patchbay flow deactivate ${second}`,
    ),
  );
  return [on, ...doubles];
}

/** The wire carries a definition as it is; only its instants would differ, and it has none. */
function toDefinition({ name, title, summary, on, steps }: FlowView): FlowDefinition {
  return { name, title, summary, on, steps } as unknown as FlowDefinition;
}

/** What the last look at each connection found, and which are switched off. */
async function examineSwitches(client: Client): Promise<readonly Finding[]> {
  const connections = await client.list<ConnectionView>("/api/v1/connections", { limit: manyDefinitions });
  return connections.flatMap(({ name, connector, deactivated, health }) => [
    ...(deactivated === null ? [] : [switchedOff(name, deactivated)]),
    ...(health === null ? [] : [examineHealthOf({ name, connector, health })]),
  ]);
}

function switchedOff(name: string, { at, by, reason }: NonNullable<ConnectionView["deactivated"]>): Finding {
  const who = `${by === null ? "" : ` by ${by}`}${reason === null ? "" : `: ${reason}`}`;
  const message = `${name} was deactivated at ${at}${who}; nothing is sent by it`;
  return warning("connections", message, `When it may send again: patchbay connection activate ${name}`);
}

function examineHealthOf({
  name,
  connector,
  health,
}: Pick<ConnectionView, "name" | "connector"> & { health: NonNullable<ConnectionView["health"]> }): Finding {
  const remedy = connector === "twilio" ? `patchbay twilio check ${name}` : `patchbay connection show ${name} --check`;
  switch (health) {
    case "fine":
      return ok("connections", `${name} was fine when its account was last looked at`);
    case "warnings":
      return warning("connections", `${name} has warnings`, remedy);
    case "problems":
      return problem("connections", `${name} has problems`, remedy);
    case "unknown":
      return warning("connections", `${name}: its vendor could not be asked`, remedy);
  }
}

/** A connection that does not answer shows in the runs that wait for it. */
async function examineConnections(client: Client): Promise<readonly Finding[]> {
  const runs = await client.list<RunView>("/api/v1/runs", { status: "waiting", limit: manyRuns });
  const waits = runs.flatMap(({ wait }) => (wait?.kind === "connection" ? [wait] : []));
  const names = [...new Set(waits.map(({ connection }) => connection ?? ""))];
  if (names.length === 0) return [ok("connections", "no run waits for a connection")];
  const least = runs.length === manyRuns ? "at least " : "";
  return names.map((name) => {
    const own = waits.filter(({ connection }) => connection === name);
    const number = `${least}${count(own.length, "run")} ${own.length === 1 ? "waits" : "wait"}`;
    const message = `${number} for ${name}: ${own[0]?.reason ?? "it does not take calls"}`;
    const isOff = own.some(({ off }) => off === true);
    const remedy = isOff ? `When it may send again: patchbay connection activate ${name}` : goesOn;
    return warning("connections", message, remedy);
  });
}

async function examineNotifications(client: Client): Promise<Finding> {
  const query = { level: "error", state: "new", limit: manyNotifications };
  const errors = await client.list<NotificationView>("/api/v1/notifications", query);
  if (errors.length === 0) return ok("notifications", "no error waits for an operator");
  const number =
    errors.length === manyNotifications ? `${manyNotifications} or more errors` : count(errors.length, "error");
  return warning(
    "notifications",
    `${number} ${errors.length === 1 ? "waits" : "wait"} for an operator`,
    "patchbay notifications list --level error --state new",
  );
}
