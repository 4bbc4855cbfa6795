import { PatchbayError } from "../core/errors.js";
import { isJsonObject, type JsonObject } from "../core/json.js";
import { checkForms } from "./content-forms.js";
import { Refusal } from "./twilio-errors.js";

/** How far a template is on its way to be allowed on WhatsApp. */
export const approvalWords = [
  "unsubmitted",
  "received",
  "pending",
  "approved",
  "rejected",
  "paused",
  "disabled",
] as const;

export type ApprovalWord = (typeof approvalWords)[number];

const categories: readonly string[] = ["UTILITY", "MARKETING", "AUTHENTICATION"];

/** A content template as the simulator keeps it. */
export interface SimulatedTemplate {
  /** `HX` and 32 hexadecimal digits. */
  readonly sid: string;
  readonly friendlyName: string;
  readonly language: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Twilio's form to its content. */
  readonly types: JsonObject;
  readonly approval: {
    readonly status: ApprovalWord;
    readonly name: string;
    readonly category: string;
    readonly rejectionReason: string;
  };
  readonly createdAt: Date;
}

/** What a new template needs. */
export interface TemplateDraft extends Pick<SimulatedTemplate, "friendlyName"> {
  readonly body: string;
  readonly language?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** `twilio/text` when left out. */
  readonly form?: string;
  /** `approved` when left out. */
  readonly status?: ApprovalWord;
  readonly rejectionReason?: string;
}

/** The content templates of a simulator's accounts. */
export interface SimulatedTemplates {
  list(): readonly SimulatedTemplate[];
  /** @throws Refusal 20404 */
  require(sid: string): SimulatedTemplate;
  /** Null for one that the simulator does not have. */
  get(sid: string): SimulatedTemplate | null;
  add(draft: TemplateDraft): SimulatedTemplate;
  /** What `POST /v1/Content` asks for. @throws Refusal 20001 */
  create(body: JsonObject): SimulatedTemplate;
  /** What `POST …/ApprovalRequests/whatsapp` asks for: from then on WhatsApp has it. @throws Refusal 20001, 20404 */
  submit(sid: string, body: JsonObject): SimulatedTemplate;
  /** WhatsApp's verdict, by SID or by name. @throws REQUEST_INVALID */
  judge(value: unknown): SimulatedTemplate;
  remove(sid: string): void;
}

/** What a fresh simulator has, as Twilio's own sandbox has some. */
export const firstTemplates: readonly TemplateDraft[] = [
  {
    friendlyName: "order_confirmation",
    body: "Hello {{1}}, thank you for your order {{2}}. Answer this message if you have a question.",
    variables: { "1": "Jane", "2": "R1001" },
  },
];

/** Opens with the templates of a fresh simulator. */
export function openSimulatedTemplates({
  now,
  newHex,
  templates: first = firstTemplates,
}: {
  readonly now: () => Date;
  /** What there is from the beginning. */
  readonly templates?: readonly TemplateDraft[];
  readonly newHex: () => string;
}): SimulatedTemplates {
  const templates = new Map<string, SimulatedTemplate>();
  const keep = (template: SimulatedTemplate): SimulatedTemplate => {
    templates.set(template.sid, template);
    return template;
  };
  const fresh = (content: Pick<SimulatedTemplate, "friendlyName" | "language" | "variables" | "types">) => ({
    ...content,
    sid: `HX${newHex()}`,
    approval: { status: "unsubmitted", name: "", category: "", rejectionReason: "" } as const,
    createdAt: now(),
  });
  const require = (sid: string): SimulatedTemplate => {
    const found = templates.get(sid);
    if (found) return found;
    throw new Refusal(20404, `content ${sid}`);
  };
  const all: SimulatedTemplates = {
    list: () => [...templates.values()],
    require,
    get: (sid) => templates.get(sid) ?? null,
    add({ friendlyName, body, language = "en", variables = {}, form = "twilio/text", status = "approved", ...more }) {
      const category = status === "unsubmitted" ? "" : "UTILITY";
      const approval = { status, name: friendlyName, category, rejectionReason: more.rejectionReason ?? "" };
      return keep({ ...fresh({ friendlyName, language, variables, types: { [form]: { body } } }), approval });
    },
    create: (body) => keep(fresh(parseContent(body))),
    submit(sid, body) {
      const { name, category, ...rest } = body;
      refuseOthers(rest);
      if (typeof name !== "string" || !/^[a-z0-9_]+$/.test(name)) {
        throw new Refusal(20001, "'name' must be lower-case letters, digits and underscores");
      }
      if (typeof category !== "string" || !categories.includes(category)) {
        throw new Refusal(20001, `'category' must be one of ${categories.join(", ")}`);
      }
      return keep({ ...require(sid), approval: { status: "received", name, category, rejectionReason: "" } });
    },
    judge(value) {
      const { sid, name, status, rejectionReason = "", ...rest } = isJsonObject(value) ? value : {};
      const [other] = Object.keys(rest);
      const found = all.list().find((one) => one.sid === sid || (sid === undefined && one.friendlyName === name));
      const word = approvalWords.find((known) => known === status);
      if (other !== undefined || found === undefined || word === undefined || typeof rejectionReason !== "string") {
        const message = `A verdict has sid or name of a template, status (${approvalWords.join(", ")}) and rejectionReason`;
        throw new PatchbayError("REQUEST_INVALID", message);
      }
      return keep({ ...found, approval: { ...found.approval, status: word, rejectionReason } });
    },
    remove: (sid) => void templates.delete(require(sid).sid),
  };
  for (const draft of first) all.add(draft);
  return all;
}

function parseContent({ friendly_name = "", language, variables = {}, types, ...rest }: JsonObject) {
  refuseOthers(rest);
  if (typeof language !== "string" || language === "") throw new Refusal(20001, "'language' is required");
  if (!isJsonObject(types) || Object.keys(types).length === 0) {
    throw new Refusal(20001, '\'types\' must be an object such as { "twilio/text": { "body": "…" } }');
  }
  checkForms(types);
  if (typeof friendly_name !== "string") throw new Refusal(20001, "'friendly_name' must be a text");
  return { friendlyName: friendly_name, language, types, variables: textsOf(variables) };
}

function textsOf(variables: unknown): Record<string, string> {
  if (!isJsonObject(variables)) throw new Refusal(20001, "'variables' must be an object of texts");
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => {
      if (typeof value !== "string") throw new Refusal(20001, `'variables' has ${name}, which must be a text`);
      return [name, value];
    }),
  );
}

function refuseOthers(rest: JsonObject): void {
  const [other] = Object.keys(rest);
  if (other !== undefined) throw new Refusal(20001, `'${other}' is no member of this request`);
}

/** What a phone shows of a template: its values where given, its own where not. */
export function renderTemplate(
  { types, variables }: SimulatedTemplate,
  values: Readonly<Record<string, string>>,
): string {
  const content = Object.values(types).find((type) => isJsonObject(type) && typeof type.body === "string");
  const body = isJsonObject(content) && typeof content.body === "string" ? content.body : "";
  return body.replace(
    /\{\{\s*([\w.-]+)\s*\}\}/g,
    (written, name: string) => values[name] ?? variables[name] ?? written,
  );
}
