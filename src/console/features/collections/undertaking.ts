import type { JsonObject } from "../../../core/json.js";

/** What is to be done to a collection. */
export interface Undertaking {
  readonly change: Change;
  /** The collection's; null for one that is known by its source only. */
  readonly name: string | null;
  readonly source: string | null;
  /** Integrity of a kept version, to go back to. */
  readonly version: string | null;
  readonly parameters: JsonObject;
  readonly activate: readonly string[];
  readonly acceptUnsigned: boolean;
  readonly settlements: Settlements;
}

/** Whose change counts, by `collection/file`, where changes made here and a new version contradict each other. */
export type Settlements = Readonly<Record<string, "mine" | "theirs">>;

/** What can be done to a collection. */
export type Change = "install" | "settings" | "upgrade" | "rollback" | "uninstall";

/** Gives where a plan is asked for, and what is sent. */
export function toPlanning(undertaking: Undertaking): { readonly path: string; readonly body?: JsonObject } {
  const { change, name } = undertaking;
  if (change === "uninstall") return { path: `/api/v1/collections/${name}/uninstall/plan` };
  if (isInstallation(change)) return { path: "/api/v1/collections/plan", body: toBody(undertaking) };
  return { path: `/api/v1/collections/${name}/${change}/plan`, body: toBody(undertaking) };
}

/** Gives where the plan with this hash is carried out, and what is sent. */
export function toApplying(
  undertaking: Undertaking,
  planHash: string,
): { readonly path: string; readonly body: JsonObject } {
  const { change, name } = undertaking;
  if (change === "uninstall") return { path: `/api/v1/collections/${name}/uninstall`, body: { planHash } };
  const path = isInstallation(change) ? "/api/v1/collections/install" : `/api/v1/collections/${name}/${change}`;
  return { path, body: { ...toBody(undertaking), planHash } };
}

/** Settings are changed by installing what is there once more. */
function isInstallation(change: Change): boolean {
  return change === "install" || change === "settings";
}

function toBody({
  change,
  name,
  source,
  version,
  parameters,
  activate,
  acceptUnsigned,
  settlements,
}: Undertaking): JsonObject {
  return {
    ...(isInstallation(change) && (source === null ? { name } : { source })),
    ...(change === "rollback" && version !== null && { version }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(activate.length > 0 && { activate: [...activate] }),
    ...(Object.keys(settlements).length > 0 && { settlements: { ...settlements } }),
    ...(acceptUnsigned && change !== "rollback" && { acceptUnsigned }),
  };
}
