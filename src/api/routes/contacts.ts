import { type Spellings, spellingsOfAddress, spellingsOfNumber } from "../../core/erasure.js";
import type { ApiDeps } from "../api-deps.js";
import { requireContact } from "../consent-fields.js";
import { erasure, erasureRequest } from "../contract/contact.js";
import { toInstant } from "../contract/schema.js";
import { eraseContact } from "../erase-contact.js";
import { defineRoute, type Route } from "../route.js";

type ContactDeps = Pick<
  ApiDeps,
  "store" | "engine" | "trail" | "readNumber" | "nationalOf" | "pseudonym" | "addressOf"
>;

/** People as messages name them. */
export function contactRoutes(deps: ContactDeps): Route[] {
  const erase = defineRoute({
    id: "erase-contact",
    method: "POST",
    path: "/api/v1/contacts/erase",
    may: "contacts:erase",
    tag: "Contacts",
    summary: "Erase a person from everything that is kept",
    description: `Documents, texts, requests and responses that name the contact go, with all versions of the records they belong to and
what these have started; the contact itself is replaced. Ids, states, instants and prices stay. Unfinished runs are cancelled first.
What names the person by something else only (a name, another address) is found by that. An opt-out that holds keeps the contact.`,
    body: erasureRequest,
    answers: { 200: erasure },
    errors: ["PHONE_INVALID", "ERASURE_WAITS"],
    async handle({ body, caller, request, requestId }) {
      const value = requireContact(body.contact, deps.readNumber);
      const { dryRun = false } = body;
      const pseudonym = `erased:${deps.pseudonym(value).slice(0, 16)}`;
      const done = await eraseContact({ contact: spellingsOf(value, deps), pseudonym, dryRun }, deps);
      const { at, counts, cancelled: cancelledRuns, keptOptOuts } = done;
      if (!dryRun) {
        await deps.trail.record({
          ...{ actor: { kind: caller.kind, id: caller.id, role: caller.role }, action: "erase-contact" },
          ...{ target: { contact: pseudonym }, facts: { ...counts, cancelledRuns, keptOptOuts } },
          ...{ address: deps.addressOf(request), requestId, outcome: "done", code: null },
        });
      }
      const receipt = { contact: pseudonym, dryRun, at: toInstant(at), by: caller.id };
      return { status: 200, body: { ...receipt, counts: { ...counts }, cancelledRuns, keptOptOuts } };
    },
  });
  return [erase];
}

function spellingsOf(value: string, { nationalOf }: ContactDeps): Spellings {
  return value.includes("@") ? spellingsOfAddress(value) : spellingsOfNumber(value, nationalOf(value));
}
