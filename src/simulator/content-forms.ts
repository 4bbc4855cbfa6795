import { isJsonObject, type Json, type JsonObject } from "../core/json.js";
import { Refusal } from "./twilio-errors.js";

type Kind = "text" | "number" | "flag" | "list" | "texts";

interface Form {
  readonly needs: Readonly<Record<string, Kind>>;
  readonly may: Readonly<Record<string, Kind>>;
}

const body = { body: "text" } as const;
const flowScreen = { subtitle: "text", media_url: "text" } as const;

/** The forms a template may have, with their members. Source: Twilio's OpenAPI of the Content API, schemas of `types`. */
const forms: Readonly<Record<string, Form>> = {
  "twilio/text": { needs: body, may: {} },
  "twilio/media": { needs: { media: "texts" }, may: body },
  "twilio/location": {
    needs: { latitude: "number", longitude: "number" },
    may: { label: "text", id: "text", address: "text" },
  },
  "twilio/list-picker": { needs: { ...body, button: "text", items: "list" }, may: {} },
  "twilio/call-to-action": { needs: { ...body, actions: "list" }, may: {} },
  "twilio/quick-reply": { needs: { ...body, actions: "list" }, may: {} },
  "twilio/card": { needs: {}, may: { title: "text", subtitle: "text", media: "texts", actions: "list" } },
  "twilio/catalog": {
    needs: body,
    may: { title: "text", subtitle: "text", id: "text", items: "list", dynamic_items: "text" },
  },
  "twilio/carousel": { needs: { ...body, cards: "list" }, may: {} },
  "twilio/flows": { needs: { ...body, button_text: "text", pages: "list", type: "text" }, may: flowScreen },
  "twilio/schedule": { needs: { id: "text", title: "text", timeSlots: "text" }, may: {} },
  "whatsapp/card": { needs: body, may: { footer: "text", media: "texts", header_text: "text", actions: "list" } },
  "whatsapp/authentication": {
    needs: { actions: "list" },
    may: { add_security_recommendation: "flag", code_expiration_minutes: "number" },
  },
  "whatsapp/flows": {
    needs: { ...body, button_text: "text", flow_id: "text" },
    may: { ...flowScreen, flow_token: "text", flow_first_page_id: "text", is_flow_first_page_endpoint: "flag" },
  },
};

const isText = (value: Json): boolean => typeof value === "string";

const kinds: Readonly<Record<Kind, (value: Json) => boolean>> = {
  text: isText,
  number: (value) => typeof value === "number",
  flag: (value) => typeof value === "boolean",
  list: (value) => Array.isArray(value) && value.every(isJsonObject),
  texts: (value) => Array.isArray(value) && value.every(isText),
};

/**
 * Judges the content of a template: each of its forms is one that there is, with the members that it needs and no others.
 *
 * @throws Refusal 20001
 */
export function checkForms(types: JsonObject): void {
  for (const [name, content] of Object.entries(types)) {
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    if (form === undefined)
      throw new Refusal(20001, `'types' has ${name}, not one of ${Object.keys(forms).join(", ")}`);
    if (!isJsonObject(content)) throw new Refusal(20001, `'${name}' must be an object`);
    checkMembers(name, content, form);
  }
}

function checkMembers(name: string, content: JsonObject, { needs, may }: Form): void {
  const missing = Object.keys(needs).find((member) => content[member] === undefined);
  if (missing !== undefined) throw new Refusal(20001, `'${name}' needs '${missing}'`);
  for (const [member, value] of Object.entries(content)) {
    const kind = { ...needs, ...may }[member];
    if (kind === undefined) throw new Refusal(20001, `'${name}' has no member '${member}'`);
    if (!kinds[kind](value)) throw new Refusal(20001, `'${member}' of '${name}' must be a ${kind}`);
  }
}
