import type { KnownTemplates } from "../../../core/connector.js";
import { PatchbayError } from "../../../core/errors.js";
import { isJsonObject, type JsonObject } from "../../../core/json.js";
import type { SessionRefusal } from "../../../core/session.js";
import type { Template, TemplateWish } from "../../../core/template.js";
import type { SendMessagePayload, WantedTemplate } from "../endpoints/send-message-payload.js";
import { placeholder } from "./content-api.js";

/** What a template and its values may come to on WhatsApp, in characters. Source: Twilio error 63021. */
const MAX_CHARACTERS = 1_024;

/** A template with its values. */
export interface FilledTemplate {
  readonly contentSid: string;
  readonly contentVariables: Readonly<Record<string, string>>;
  /** What the recipient will read; null when that is not known. */
  readonly body: string | null;
  /** For the operator. */
  readonly label: string;
  /** Why it cannot open a conversation on WhatsApp; null when it can, as far as is known. */
  readonly refusal: SessionRefusal | null;
  /** Whether it cannot even answer in one. */
  readonly barred: boolean;
}

/** Tells which template a payload asks for, whatever else is wrong with it. */
export function templateWish(endpoint: string, { template, contentSid }: JsonObject): TemplateWish | null {
  if (endpoint !== "send-message") return null;
  if (typeof contentSid === "string") return { id: contentSid, name: null };
  if (!isJsonObject(template)) return null;
  if (typeof template.contentSid === "string") return { id: template.contentSid, name: null };
  return typeof template.name === "string" ? { id: null, name: template.name } : null;
}

/**
 * Fills in a payload's template: the one it names, with a value for each of its placeholders. Of one that is only known by
 * its SID, and whose list was not fetched, nothing can be checked.
 *
 * @throws PAYLOAD_INVALID, TEMPLATE_UNKNOWN, MESSAGE_TOO_LONG
 */
export function fillTemplate(wanted: WantedTemplate, known: KnownTemplates | undefined): FilledTemplate {
  if ((wanted.name === undefined) === (wanted.contentSid === undefined)) {
    throw invalid("/template", "needs a name or a contentSid, one of the two");
  }
  const given = textsOf(wanted.variables ?? {});
  const template = choose(wanted, known);
  if (template === null) {
    const contentSid = wanted.contentSid ?? "";
    return {
      ...{ contentSid, contentVariables: given, body: null, label: `template ${contentSid}` },
      ...{ refusal: null, barred: false },
    };
  }
  checkVariables(template, given);
  const body = rendered(template, given);
  return {
    contentSid: template.id,
    contentVariables: given,
    body,
    label: labelOf(template),
    refusal: refusalOf(template),
    barred: ["rejected", "paused", "disabled"].includes(template.approval.state),
  };
}

/** Looks at a template that is given by its bare SID: its placeholders have values of their own. */
export function knownTemplate(
  { contentSid, contentVariables = {} }: SendMessagePayload,
  known: KnownTemplates | undefined,
): FilledTemplate | null {
  const template = known?.matching[0];
  if (contentSid === undefined || template === undefined) return null;
  const given = { ...template.variables, ...contentVariables };
  refuseExtras(template, given, "/contentVariables");
  return {
    ...{ contentSid, contentVariables, body: rendered(template, given), label: labelOf(template) },
    ...{ refusal: refusalOf(template), barred: false },
  };
}

function choose({ name, language }: WantedTemplate, known: KnownTemplates | undefined): Template | null {
  const { matching = [], names = [], fetchedAt = null } = known ?? {};
  if (matching.length === 0) {
    if (name === undefined) return null;
    const there = names.length === 0 ? "there is none" : `there are ${names.slice(0, 20).join(", ")}`;
    const when = fetchedAt === null ? "" : ` (as of ${fetchedAt.toISOString()})`;
    throw new PatchbayError("TEMPLATE_UNKNOWN", `There is no template "${name}"; ${there}${when}`);
  }
  const spoken = language === undefined ? matching : matching.filter((one) => one.language === language);
  const languages = [...new Set(matching.map((one) => one.language))].join(", ");
  if (spoken.length === 0) {
    const message = `The template "${matching[0]?.name}" does not exist in ${language}, only in ${languages}`;
    throw new PatchbayError("TEMPLATE_UNKNOWN", message);
  }
  if (language === undefined && new Set(spoken.map((one) => one.language)).size > 1) {
    throw invalid("/template/language", `is needed: "${name}" exists in ${languages}`);
  }
  return spoken.find(({ approval }) => approval.state === "approved") ?? spoken[0] ?? null;
}

function textsOf(variables: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

function checkVariables(template: Template, given: Readonly<Record<string, string>>): void {
  refuseExtras(template, given, "/template/variables");
  const missing = Object.keys(template.variables).filter((name) => (given[name] ?? "").trim() === "");
  if (missing.length === 0) return;
  const samples = missing.map((name) => (template.variables[name] ? `${name} (${template.variables[name]})` : name));
  throw invalid("/template/variables", `lacks ${samples.join(", ")} of the ${labelOf(template)}`);
}

function refuseExtras(template: Template, given: Readonly<Record<string, string>>, path: string): void {
  const extra = Object.keys(given).filter((name) => !Object.hasOwn(template.variables, name));
  if (extra.length === 0) return;
  const has = Object.keys(template.variables).join(", ") || "none";
  throw invalid(path, `has ${extra.join(", ")}, which the ${labelOf(template)} does not have; it has ${has}`);
}

function rendered({ body }: Template, values: Readonly<Record<string, string>>): string | null {
  if (body === null) return null;
  const text = body.replace(placeholder, (written, name: string) => values[name] ?? written);
  const length = [...text].length;
  if (length <= MAX_CHARACTERS) return text;
  const message = `The template comes to ${length} characters with its values; ${MAX_CHARACTERS} are allowed`;
  throw new PatchbayError("MESSAGE_TOO_LONG", message, { remedy: "Shorten the values.", length });
}

function refusalOf(template: Template): SessionRefusal | null {
  const { approval, opensConversations, form } = template;
  if (!opensConversations) {
    return {
      code: "TEMPLATE_NOT_APPROVED",
      message: `The ${labelOf(template)} is a ${form}, which cannot be the first message to a contact`,
      remedy: "Give a template of another form, such as twilio/text or twilio/quick-reply.",
    };
  }
  if (approval.state === "approved") return null;
  const why = approval.rejectionReason === null ? "" : ` (${approval.rejectionReason})`;
  return {
    code: "TEMPLATE_NOT_APPROVED",
    message: `The ${labelOf(template)} is ${approval.state} for WhatsApp${why}`,
    remedy: remedies[approval.state] ?? "See it in the Twilio console, then: patchbay twilio templates --sync.",
  };
}

const remedies: Partial<Record<Template["approval"]["state"], string>> = {
  unsubmitted: "Submit it for WhatsApp in Twilio's Content Template Builder, then: patchbay twilio templates --sync.",
  received: "Wait until WhatsApp has judged it, then: patchbay twilio templates --sync.",
  pending: "Wait until WhatsApp has judged it, then: patchbay twilio templates --sync.",
  rejected: "Correct it as the reason says, submit it anew, then: patchbay twilio templates --sync.",
  paused: "Use another template meanwhile: recipients rated it badly. It comes back by itself after some hours.",
  disabled: "Use another template: this one does not come back.",
};

function labelOf({ name, language }: Template): string {
  return `template ${name}${language === "" ? "" : ` (${language})`}`;
}

function invalid(path: string, message: string): PatchbayError {
  return new PatchbayError("PAYLOAD_INVALID", `${path} ${message}`, { problems: [{ path, message }] });
}
