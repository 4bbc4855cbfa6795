import { approvalStates, type Template, type TemplateList } from "../../core/template.js";
import {
  array,
  described,
  flag,
  instant,
  mapOf,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toOptionalInstant,
} from "./schema.js";

/** A text with placeholders that is kept at a vendor, as it was when it was last fetched. */
export const template = named(
  "Template",
  object({
    id: described("The vendor's id, such as Twilio's content SID.", text()),
    name: text(),
    language: text(),
    form: described("The vendor's word for its form, such as `twilio/quick-reply`.", text()),
    body: described("With its placeholders.", nullable(text())),
    variables: described("Its placeholders, with the samples they were submitted with.", mapOf(text())),
    approval: object({
      state: described("Only an `approved` one may open a WhatsApp conversation.", oneOf(approvalStates)),
      category: nullable(text()),
      rejectionReason: nullable(text()),
    }),
    opensConversations: described("Whether its form can be the first message to a contact at all.", flag()),
  }),
);

const listMembers = {
  connection: text(),
  fetchedAt: described("Null while they never were.", nullable(instant)),
  failure: described(
    "Why the last try to fetch them failed; null when it did not.",
    nullable(object({ code: text(), message: text(), remedy: text() })),
  ),
};

/** How fetching a connection's templates went. */
export const templateList = named("TemplateList", object(listMembers));

/** A connection's templates. */
export const templatesOf = named("Templates", object({ ...listMembers, items: array(template) }));

export type TemplateListView = Static<typeof templateList>;
export type TemplatesView = Static<typeof templatesOf>;

/** @param list Null while nobody has asked for the connection's templates. */
export function toTemplateListView(connection: string, list: TemplateList | null): TemplateListView {
  return {
    connection,
    fetchedAt: toOptionalInstant(list?.fetchedAt ?? null),
    failure: list === null || list.failure === null ? null : { ...list.failure },
  };
}

export function toTemplatesView(
  connection: string,
  { list, templates }: { list: TemplateList | null; templates: readonly Template[] },
): TemplatesView {
  const items = templates.map((one) => ({ ...one, approval: { ...one.approval } }));
  return { ...toTemplateListView(connection, list), items };
}
