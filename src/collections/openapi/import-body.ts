import type { DeclaredBody } from "../../core/declared-endpoint.js";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { pointerPart } from "../problem-list.js";
import type { Importing } from "./import-parameters.js";

/** The body of an operation: none, one, or why the operation cannot be called. */
export type ImportedBody = DeclaredBody | null | { readonly obstacle: string };

/** Reads what an operation takes as its body: JSON before a form before text. */
export function importBody(given: Json | undefined, from: string, importing: Importing): ImportedBody {
  if (given === undefined) return null;
  const { document, notes } = importing;
  const resolved = document.resolve(given, from);
  if ("problem" in resolved) return { obstacle: `its body cannot be read: ${resolved.problem}` };
  const { value: body, place } = resolved;
  const content = isJsonObject(body) && isJsonObject(body.content) ? body.content : {};
  const required = isJsonObject(body) && body.required === true;
  const types = Object.keys(content);
  const contentType = types.find(isJson) ?? types.find(isForm) ?? types.find(isText);
  if (contentType === undefined) {
    const kinds = types.join(", ") || "no kind of content";
    if (required) return { obstacle: `its body is of a kind that is not sent: ${kinds}` };
    notes.lose(place, `bodies that need not be given are left out: ${kinds}`);
    return null;
  }
  const at = `${place}/content${pointerPart(contentType)}`;
  if (types.length > 1) notes.say(at, "of several kinds of body one is taken: JSON, a form or text, in this order");
  return {
    contentType: contentType === "*/*" ? "application/json" : contentType,
    ...(required && { required }),
    schema: bodySchema(contentType, { media: content[contentType], at }, importing),
  };
}

function bodySchema(
  type: string,
  { media, at }: { readonly media: Json | undefined; readonly at: string },
  { schemas, notes }: Importing,
): JsonObject {
  if (isJsonObject(media) && media.encoding !== undefined) {
    notes.lose(at, "how members of a form are encoded is not heeded");
  }
  if (isJson(type) || isForm(type)) {
    return schemas.convert(isJsonObject(media) ? media.schema : undefined, `${at}/schema`);
  }
  notes.say(at, `a body of ${type.slice(0, 60)} is given as text, and what is in it is not checked`);
  return { type: "string" };
}

function isJson(type: string): boolean {
  return /[/+]json\b/i.test(type) || type === "*/*";
}

function isForm(type: string): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(type);
}

function isText(type: string): boolean {
  return /^text\/|[/+]xml\b|yaml\b|graphql/i.test(type) && !type.includes("*");
}
