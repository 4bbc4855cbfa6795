import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { type Connections, type ConvertedConnection, connectionsOf } from "./convert-connections.js";
import type { Types } from "./convert-schemas.js";
import type { ConvertedTranslator, Translators } from "./convert-translators.js";
import { convertTriggers } from "./convert-triggers.js";
import type { ConvertedWebhook, Endpoints } from "./convert-webhooks.js";
import { createNames, kebab } from "./names.js";
import type { CenitNotes } from "./notes.js";
import { type CenitMember, type CenitSource, parseCenitJson } from "./read-source.js";

/** A flow, as a collection has it. */
export interface ConvertedFlow {
  readonly name: string;
  readonly file: JsonObject;
  /** What a golden test needs; null when a person has to finish the flow. */
  readonly sound: SoundFlow | null;
}

/** A flow that is whole: starts on new records, translates, and saves or calls. */
export interface SoundFlow {
  readonly dataType: string;
  readonly translator: ConvertedTranslator;
  /** Data type that it saves. */
  readonly saves: string | null;
  /** `twilio/send-message`. */
  readonly calls: string | null;
}

interface Parts {
  readonly source: CenitSource;
  readonly types: Types;
  readonly connections: Connections;
  readonly endpoints: Endpoints;
  readonly translators: Translators;
  readonly notes: CenitNotes;
}

/** Makes flows; none of them is active, whatever they were. */
export function convertFlows(parts: Parts): readonly ConvertedFlow[] {
  const free = createNames();
  return parts.source.members.flows.map((member) => {
    const title = textOf(member.value.name) || "Flow";
    return convertFlow(member, { title, name: free(kebab(title, "flow")) }, parts);
  });
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}

interface Starting {
  readonly on: JsonObject;
  readonly dataType: string | null;
  /** Whether it starts on new records, as it did. */
  readonly onCreated: boolean;
}

function convertFlow(
  member: CenitMember,
  { title, name }: { readonly title: string; readonly name: string },
  parts: Parts,
): ConvertedFlow {
  const { source, types, translators, notes } = parts;
  const starting = startOf(member, parts);
  const dataType = starting.dataType ?? types.named(member.value.custom_data_type);
  const webhook = source.find("webhooks", member.value.webhook);
  const targets = webhook === null ? [] : connectionsOf(webhook, member.value.connection_role, parts);
  const toTwilio = targets.some(({ connector }) => connector === "twilio");
  const found = source.find("translators", member.value.translator);
  const translator = found === null ? null : translators.convert(found, { dataType, toTwilio });
  sayWhatIsLost(member, notes);
  const file = (steps: readonly JsonObject[]): JsonObject => ({
    name,
    title: title.slice(0, 120),
    summary: `Was the flow "${title.slice(0, 200)}" in Cenit${member.value.active === true ? ", where it was active" : ""}.`,
    on: starting.on,
    steps: [...steps],
  });
  if (translator === null) {
    const called = isJsonObject(member.value.translator) ? textOf(member.value.translator.name) : "";
    return {
      name,
      file: file([unfinished(member, `its translator ${called.slice(0, 80)} is not there`, notes)]),
      sound: null,
    };
  }
  const finished = stepsOf({ member, translator, webhook, targets, dataType, toTwilio }, parts);
  const isWhole = starting.onCreated && starting.dataType !== null && translator.complete && finished.whole;
  const sound =
    isWhole && starting.dataType !== null
      ? { dataType: starting.dataType, translator, saves: finished.saves, calls: finished.calls }
      : null;
  return { name, file: file(finished.steps), sound };
}

/** A step in the place of what a person has to write. */
function unfinished({ place }: CenitMember, reason: string, notes: CenitNotes): JsonObject {
  notes.person(place, `${reason}: the flow stops there`);
  return { id: "unfinished", stop: `Not imported from Cenit: ${reason}`, level: "warning" };
}

function startOf(member: CenitMember, { source, types, notes }: Parts): Starting {
  const byHand: Starting = { on: { manual: true }, dataType: null, onCreated: false };
  const { event: reference } = member.value;
  if (reference === undefined || reference === null) {
    notes.say(member.place, "has no event: it is started by hand");
    return byHand;
  }
  const event = source.find("events", reference) ?? (isJsonObject(reference) ? byName(reference, member) : null);
  if (event === null) {
    notes.person(member.place, "its event is not there: it is started by hand until you write when it starts");
    return byHand;
  }
  const { value, place } = event;
  if (/Scheduler|Schedule/.test(textOf(value._type)) || value.expression !== undefined) {
    notes.person(
      place,
      "runs by the clock, over all records: write a schedule trigger that starts this flow for those you mean",
    );
    return byHand;
  }
  const dataType = types.named(value.data_type);
  if (dataType === null) {
    notes.person(place, `its data type is not there: the flow is started by hand until you name one`);
    return byHand;
  }
  return onRecord(event, dataType, { types, notes });
}

/** Default events were not in the files: `Ecommerce | Order on created_at` says all there is to know. */
function byName(reference: JsonObject, { place }: CenitMember): CenitMember | null {
  const parts = /^(?:(.{1,100}?)\s*\|\s*)?(\S.{0,100}?) on (created_at|updated_at)$/.exec(textOf(reference.name));
  if (parts === null) return null;
  const [, library, name = "", field = ""] = parts;
  const triggers = { [field]: { "0": { o: field === "created_at" ? "_not_null" : "_presence_change" } } };
  const data_type = { name, ...(library !== undefined && { namespace: library }) };
  return { value: { data_type, triggers }, place };
}

function onRecord(
  { value, place }: CenitMember,
  dataType: string,
  { types, notes }: Pick<Parts, "types" | "notes">,
): Starting {
  const schema = types.schemaOf(dataType);
  if (!Array.isArray(schema?.["x-key"])) {
    notes.person(place, `${dataType} is only a part of other data types, so no record of it starts a flow`);
    return { on: { manual: true }, dataType: null, onCreated: false };
  }
  if (value.trigger_evaluator !== undefined && value.trigger_evaluator !== null) {
    notes.person(place, "its condition is code: the flow does not start until you write it in JSONata (on.when)");
    return { on: { record: dataType, events: ["created", "updated"], when: "false" }, dataType, onCreated: false };
  }
  const properties = isJsonObject(schema?.properties) ? schema.properties : {};
  const { events, changed, when, problems } = convertTriggers(triggersOf(value, { place, notes }), properties);
  const unknown = changed.filter((field) => !Object.hasOwn(properties, field));
  const wrong = [...problems, ...unknown.map((field) => `${dataType} has no field ${field.slice(0, 60)}`)];
  for (const problem of wrong) {
    notes.person(place, `${problem}: the flow does not start until you write its condition (on.when)`);
  }
  const known = changed.filter((field) => !unknown.includes(field));
  const condition = unknown.length > 0 ? "false" : when;
  const on = {
    record: dataType,
    events: [...events],
    ...(known.length > 0 && { changed: known }),
    ...(condition !== null && { when: condition }),
  };
  return { on, dataType, onCreated: condition === null && events.includes("created") };
}

/** They are JSON in a text, as a rule. */
function triggersOf(
  { triggers }: JsonObject,
  { place, notes }: { readonly place: string; readonly notes: CenitNotes },
): JsonObject {
  const given = typeof triggers === "string" ? parseCenitJson(triggers || "{}", `${place} triggers`) : triggers;
  if (!isJsonObject(given)) return {};
  if (Object.keys(given).length > 1) {
    notes.say(place, "its conditions count together: it starts when all of them hold and did not before");
  }
  return given;
}

interface Finishing {
  readonly member: CenitMember;
  readonly translator: ConvertedTranslator;
  readonly webhook: CenitMember | null;
  readonly targets: readonly ConvertedConnection[];
  readonly dataType: string | null;
  readonly toTwilio: boolean;
}

interface Finished {
  readonly steps: readonly JsonObject[];
  readonly whole: boolean;
  readonly saves: string | null;
  readonly calls: string | null;
}

function stepsOf(finishing: Finishing, parts: Parts): Finished {
  const { member, translator, webhook, dataType } = finishing;
  const made: JsonObject = { id: "made", translate: translator.name };
  const broken = (reason: string, before: readonly JsonObject[]): Finished => ({
    steps: [...before, unfinished(member, reason, parts.notes)],
    ...{ whole: false, saves: null, calls: null },
  });
  if (translator.kind === "Conversion" || translator.kind === "Update") {
    const saves = translator.to ?? (translator.kind === "Update" ? dataType : null);
    if (saves === null || !isRecord(saves, parts))
      return broken("what it makes is no record of a data type that is known", [made]);
    const save = {
      id: "save",
      save: saves,
      with: "=$steps.made",
      ...(member.value.discard_events === true && { emitEvents: false }),
    };
    return { steps: [made, save], whole: translator.kind === "Conversion", saves, calls: null };
  }
  if (webhook === null) return broken("its webhook is not there", [made]);
  const calls = finishing.targets.flatMap((target) => parts.endpoints.convert(webhook, target, translator.mime) ?? []);
  if (calls.length === 0) return broken("there is no connection that can make its call", [made]);
  if (translator.kind === "Import") return importing(finishing, calls, parts);
  return exporting(finishing, { made, calls }, parts);
}

function isRecord(dataType: string, { types }: Parts): boolean {
  return Array.isArray(types.schemaOf(dataType)?.["x-key"]);
}

function exporting(
  { member, translator }: Finishing,
  { made, calls }: { readonly made: JsonObject; readonly calls: readonly ConvertedWebhook[] },
  parts: Parts,
): Finished {
  const free = createNames();
  const steps = calls.map(
    (one): JsonObject => ({
      id: free("send").replace("-", ""),
      call: one.call,
      connection: one.connection.name,
      with:
        one.call === "twilio/send-message"
          ? messageOf(translator)
          : { ...one.with, ...(one.takesBody && { body: "=$steps.made" }) },
    }),
  );
  const answer = parts.source.find("translators", member.value.response_translator);
  if (answer !== null || isJsonObject(member.value.response_translator)) {
    parts.notes.person(
      member.place,
      "what it made of the answer is left out: read $steps.send.body in steps of your own",
    );
  }
  const [only] = calls;
  return { steps: [made, ...steps], whole: calls.length === 1, saves: null, calls: only?.call ?? null };
}

/** A request for the endpoint of that time has the message inside; one for Twilio itself has its names. */
function messageOf({ expression: whole }: ConvertedTranslator): JsonObject {
  const expression = whole.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  const isDirect = /"To":/.test(expression) && /"Body":/.test(expression);
  const at = isDirect ? "$steps.made" : /"sms":/.test(expression) ? "$steps.made.sms" : "$steps.made";
  const [to, from, body] = isDirect ? ["To", "From", "Body"] : ["phone", "from", "message"];
  return { to: `=$phone(${at}.${to}, $params.defaultCountry)`, from: `=${at}.${from}`, body: `=${at}.${body}` };
}

/** Fetches, and saves what the translator makes of the answer. */
function importing({ member, translator }: Finishing, calls: readonly ConvertedWebhook[], parts: Parts): Finished {
  const [call] = calls;
  if (call === undefined || call.connection.connector === "twilio") {
    return {
      steps: [unfinished(member, "nothing is fetched from Twilio this way", parts.notes)],
      whole: false,
      saves: null,
      calls: null,
    };
  }
  const steps: JsonObject[] = [
    { id: "fetch", call: call.call, connection: call.connection.name, with: { ...call.with } },
    { id: "made", translate: translator.name, input: "=$steps.fetch.body" },
  ];
  if (translator.to !== null && isRecord(translator.to, parts))
    steps.push({ id: "save", save: translator.to, with: "=$steps.made" });
  else steps.push(unfinished(member, "what it makes is no record of a data type that is known", parts.notes));
  return { steps, whole: false, saves: null, calls: null };
}

function sayWhatIsLost({ value, place }: CenitMember, notes: CenitNotes): void {
  if (value.active === true) notes.say(place, "was active; it is off here until you activate it");
  if (value.before_submit !== undefined && value.before_submit !== null) {
    notes.person(place, "before_submit was code that changed the call: it is left out");
  }
  const callbacks = value.after_process_callbacks;
  if (Array.isArray(callbacks) && callbacks.length > 0)
    notes.person(place, "after_process_callbacks were code: they are left out");
  const scope = textOf(value.data_type_scope);
  if (/^(Filter|Evaluator|All)/.test(scope))
    notes.person(place, `its scope was ${scope.slice(0, 40)}: it gets the record of its event only`);
  if (typeof value.lot_size === "number" && value.lot_size > 1)
    notes.person(place, "it sent many records in one request; here each is one");
}
