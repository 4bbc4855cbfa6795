import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { createSchemaCompiler } from "../../src/collections/schema-compiler.js";
import { createConnectors } from "../../src/connectors/registry.js";
import { sendMessagePayloadSchema } from "../../src/connectors/twilio/endpoints/send-message-payload.js";
import type { JsonObject } from "../../src/core/json.js";
import { openHttp } from "../../src/http/open-http.js";
import { installShipped, repositoryPath, twilioParameters, withInstaller } from "./parts.js";

const text = await readFile(repositoryPath("docs/twilio.md"), "utf8");

/** The flows of the document, by file name. */
const flows: Readonly<Record<string, string>> = Object.fromEntries(
  [...text.matchAll(/<!-- file: flows\/(\S+) -->\n```yaml\n([\s\S]*?)```/g)].map(([, name = "", body = ""]) => [
    name,
    body,
  ]),
);

describe("what other systems do with Twilio, in docs/twilio.md", () => {
  it("is shown by flows of the installation that load without problems beside the shipped collections", async () => {
    const http = openHttp({ timeoutMs: 1_000, maxResponseBytes: 0, allow: [], userAgent: "Patchbay" });
    const flowsFolder = await mkdtemp(join(tmpdir(), "patchbay-seeds-"));
    try {
      for (const [name, body] of Object.entries(flows)) await writeFile(join(flowsFolder, name), body);
      const connectors = [...createConnectors({ http }).values()];
      await withInstaller({ flowsFolder, connectors }, async (installer) => {
        await installShipped(installer);
        const parameters = { ...twilioParameters, from: "whatsapp:+14155550100" };
        await installer.install({ name: "twilio-whatsapp", parameters });
        expect(installer.localProblems()).to.deep.equal([]);
        const local = installer
          .catalog()
          .flows()
          .map(({ version }) => version.flow.name);
        expect(local.filter((name) => name.startsWith("local/"))).to.deep.equal(
          Object.keys(flows)
            .map((file) => `local/${basename(file, ".flow.yaml")}`)
            .sort(),
        );
      });
    } finally {
      await http.close();
      await rm(flowsFolder, { recursive: true });
    }
  });

  it("has flows that fit the schema as editors read it, and no YAML that is not tested", async () => {
    const schema = await readFile(repositoryPath("schemas/flow.schema.json"), "utf8");
    const validate = createSchemaCompiler().compile(JSON.parse(schema) as JsonObject);
    for (const [name, body] of Object.entries(flows)) expect(validate(parse(body)), name).to.equal(true);
    expect([...text.matchAll(/^```(?:yaml|json)\n/gm)]).to.have.lengthOf(Object.keys(flows).length);
  });

  it("gives Twilio only members of a message that there are", () => {
    const members = Object.keys(sendMessagePayloadSchema.properties as JsonObject);
    const given = Object.values(flows).flatMap((body) =>
      (parse(body).steps as JsonObject[]).flatMap((step) => (step.call ? Object.keys(step.with as JsonObject) : [])),
    );
    expect(given).to.include.members([
      "to",
      "from",
      "body",
      "messagingServiceSid",
      "mediaUrl",
      "mediaBytes",
      "template",
    ]);
    expect(members).to.include.members(given);
  });

  it("names nothing of ours that does not exist", async () => {
    await withInstaller({}, async (installer) => {
      await installShipped(installer);
      const known = installer
        .catalog()
        .flows()
        .map(({ version }) => version.flow.name);
      const named = [...text.matchAll(/`(twilio\/[a-z-]+)`/g)].map(([, name]) => name ?? "");
      const others = ["twilio/send-message", "twilio/twilio"];
      expect([...known, ...others]).to.include.members(named);
      expect(named).to.include.members(["twilio/second-sender", "twilio/customer-informed"]);
    });
  });
});
