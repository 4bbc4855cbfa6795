import type { CollectionView } from "../../api/contract/collection.js";
import type { FlowView } from "../../api/contract/definitions.js";
import type { JsonObject } from "../../core/json.js";
import type { Simulator } from "../../simulator/start-simulator.js";
import type { Client } from "../client.js";
import { namedPath } from "../named-path.js";
import type { SetUpReport } from "./set-up-report.js";

/** Twilio's magic sender: the simulator accepts it. */
const sender = "+15005550006";

const flows = ["twilio/send-sms-for-new-order", "twilio/convert-customer-to-sms", "twilio/send-sms-with-twilio"];

/**
 * Installs the collections and switches the flows on, through the API, as an integrator would.
 * @returns Flow names to titles.
 */
export async function setUp(
  { client, simulator }: { client: Client; simulator: Simulator },
  report: SetUpReport,
): Promise<ReadonlyMap<string, string>> {
  const { accountSid, authToken, url } = simulator;
  await install("ecommerce", {}, { client, report });
  await install("communication", {}, { client, report });
  const twilio = await install("twilio", { accountSid, authToken, from: sender, apiUrl: url }, { client, report });
  const inbound = twilio.installed?.webhooks.find(({ key }) => key === "inbound")?.url;
  if (inbound) simulator.listenAt({ url: inbound });
  const titles = new Map<string, string>();
  for (const name of flows) {
    const switchOn = (): Promise<FlowView> => client.patch<FlowView>(namedPath("flows", name), { active: true });
    const { title } = await report.step(`Switch on ${name}`, switchOn, (flow) => flow.title);
    titles.set(name, title);
  }
  return titles;
}

function install(
  name: string,
  parameters: JsonObject,
  { client, report }: { client: Client; report: SetUpReport },
): Promise<CollectionView> {
  return report.step(
    `Install ${name}`,
    () => client.post<CollectionView>("/api/v1/collections/install", { name, parameters }),
    describeCollection,
  );
}

function describeCollection({ installed, dataTypes, translators, flows: own }: CollectionView): string {
  const parts = [
    [dataTypes.length, "data types"],
    [translators.length, "translators"],
    [own.length, "flows"],
  ] as const;
  const contents = parts.filter(([number]) => number > 0).map(([number, noun]) => `${number} ${noun}`);
  return `${installed?.version ?? ""}: ${contents.join(", ")}`;
}
