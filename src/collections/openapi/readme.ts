import type { DeclaredEndpoint } from "../../core/declared-endpoint.js";
import { isJsonObject, type JsonObject } from "../../core/json.js";
import type { ApiDocument } from "./api-document.js";
import type { ImportedEndpoint } from "./import-endpoints.js";

/** What a readme says. */
export interface ReadmeParts {
  readonly name: string;
  readonly document: ApiDocument;
  readonly endpoints: readonly ImportedEndpoint[];
  readonly parameters: Readonly<Record<string, JsonObject>>;
}

/** Writes what people read first: the parameters, the endpoints, and how one is called. */
export function toReadme({ name, document, endpoints, parameters }: ReadmeParts): string {
  const { info } = document.root;
  const title = isJsonObject(info) && typeof info.title === "string" ? info.title : name;
  const [first] = endpoints;
  return [
    `# ${plain(title)}`,
    "",
    `Made from an OpenAPI ${document.version} document. A connection with one endpoint for each operation; flows are yours to write.`,
    "",
    "| Parameter | |",
    "|---|---|",
    ...Object.entries(parameters).map(([key, { title: about }]) => `| \`${key}\` | ${plain(String(about ?? ""))} |`),
    "",
    "| Endpoint | | |",
    "|---|---|---|",
    ...endpoints.map(
      ({ name: key, endpoint }) =>
        `| \`http/${key}\` | \`${endpoint.method} ${endpoint.path.replaceAll("|", "%7C")}\` | ${plain(endpoint.title)} |`,
    ),
    "",
    ...(first === undefined ? [] : example(first.name, first.endpoint)),
  ].join("\n");
}

function example(key: string, { parameters = {}, body }: DeclaredEndpoint): string[] {
  const required = Object.entries(parameters).filter(([, { required: needed }]) => needed);
  const members = [...required.map(([name]) => name), ...(body === undefined ? [] : ["body"])];
  return [
    "A step of a flow calls one like this; what it answers is `$steps.answer.body`:",
    "",
    "```yaml",
    "- id: answer",
    `  call: http/${key}`,
    "  connection: api",
    members.length === 0 ? "  with: {}" : "  with:",
    ...members.map((name) => `    ${JSON.stringify(name)}: =…`),
    "```",
    "",
  ];
}

function plain(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("<", "&lt;").slice(0, 150);
}
