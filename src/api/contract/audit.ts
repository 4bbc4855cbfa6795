import type { Verdict } from "../../audit/chain.js";
import type { AuditEntry } from "../../core/audit.js";
import { roles } from "../../core/caller.js";
import {
  anyJson,
  flag,
  instant,
  integer,
  mapOf,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
} from "./schema.js";

const actorKinds = ["user", "key", "machine", "nobody"] as const;

export const auditEntry = named(
  "AuditEntry",
  object({
    id: text(),
    at: instant,
    actor: object({ kind: oneOf(actorKinds), id: text(), role: nullable(oneOf(roles)) }),
    action: text(),
    target: mapOf(text()),
    facts: mapOf(anyJson),
    address: nullable(text()),
    requestId: nullable(text()),
    outcome: oneOf(["asked", "refused", "done"] as const),
    code: nullable(text()),
    previous: text(),
    hash: text(),
  }),
);
export type AuditEntryView = Static<typeof auditEntry>;

export const toAuditEntryView = ({ at, ...entry }: AuditEntry): AuditEntryView => ({ ...entry, at: toInstant(at) });

const place = object({ id: text(), hash: text() });

export const auditVerdict = named(
  "AuditVerdict",
  object({
    intact: flag(),
    entries: integer(),
    head: place,
    anchor: nullable(object({ id: text(), hash: text(), at: instant })),
    broken: nullable(object({ id: text(), reason: text() })),
  }),
);
export type AuditVerdictView = Static<typeof auditVerdict>;

export function toAuditVerdictView({ anchor, ...verdict }: Verdict): AuditVerdictView {
  return { ...verdict, anchor: anchor === null ? null : { ...anchor, at: toInstant(anchor.at) } };
}

export const auditTrim = object({ before: instant });
export const auditTrimmed = object({ trimmed: integer() });
