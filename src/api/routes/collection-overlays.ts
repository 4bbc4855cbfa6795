import type { Running } from "../../collections/installer.js";
import type { ErrorCode } from "../../core/error-catalogue.js";
import { PatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { type CollectionFileView, collectionDiff, collectionFile, fileText } from "../contract/overlay.js";
import { applied, type EditPlanningBody, edit, editPlanning, plan } from "../contract/plan.js";
import { described, object, text, toInstant } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { toAppliedView } from "./collection-plans.js";

type OverlayDeps = Pick<ApiDeps, "installer">;

const readErrors = ["COLLECTION_UNKNOWN", "COLLECTION_VERSION_UNKNOWN"] as const satisfies readonly ErrorCode[];
const editErrors = [
  ...readErrors,
  "COLLECTION_INVALID",
  "COLLECTION_REQUIREMENT_MISSING",
  "CONNECTOR_UNKNOWN",
  "OVERLAY_CONFLICT",
  "OVERLAY_FORBIDDEN",
  "PARAMETERS_INVALID",
] as const satisfies readonly ErrorCode[];

const filePath = described("Path inside the collection, such as flows/greet.flow.yaml.", text({ minLength: 1 }));

/** Files of installed collections as they were changed here: seeing, making and taking back such changes. */
export function collectionOverlayRoutes(deps: OverlayDeps): Route[] {
  return [getDiff(deps), getFile(deps), putFile(deps), deleteFile(deps), planEdit(deps), applyEdit(deps)];
}

function getDiff({ installer }: OverlayDeps): Route {
  return defineRoute({
    id: "get-collection-diff",
    method: "GET",
    path: "/api/v1/collections/{name}/diff",
    may: "collections:read",
    tag: "Collections",
    summary: "Show how what runs of a collection differs from what was published",
    query: object({}, { file: filePath }),
    answers: { 200: collectionDiff },
    errors: readErrors,
    async handle({ params: { name }, query }) {
      const { version, published, overlays } = await installer.running(name);
      const wanted = overlays.filter(({ file }) => query.file === undefined || file === query.file);
      const { unifiedDiff } = await import("../../collections/overlay/unified-diff.js");
      const files = wanted.map(({ file, mine, changedAt }) => {
        const own = textIn(published, file);
        const diff = unifiedDiff(file, { published: own, mine });
        return { file, added: own === null, diff, changedAt: toInstant(changedAt) };
      });
      return { status: 200, body: { name, version, files } };
    },
  });
}

function getFile({ installer }: OverlayDeps): Route {
  return defineRoute({
    id: "get-collection-file",
    method: "GET",
    path: "/api/v1/collections/{name}/files",
    may: "collections:read",
    tag: "Collections",
    summary: "Get a file of an installed collection, as it runs and as it was published",
    query: object({ file: filePath }),
    answers: { 200: collectionFile },
    errors: [...readErrors, "COLLECTION_FILE_UNKNOWN"],
    async handle({ params: { name }, query: { file } }) {
      const view = toFileView(file, await installer.running(name));
      if (view.text !== null) return { status: 200, body: view };
      throw new PatchbayError("COLLECTION_FILE_UNKNOWN", `${name} has no file ${file.slice(0, 240)}`);
    },
  });
}

function putFile({ installer }: OverlayDeps): Route {
  return defineRoute({
    id: "change-collection-file",
    method: "PUT",
    path: "/api/v1/collections/{name}/files",
    may: "collections:change",
    tag: "Collections",
    summary: "Change a file of an installed collection here; upgrades keep the change",
    description:
      "The whole collection is checked with it. Files in flows/, translators/, schemas/, samples/ and tests/ can be changed and added, and collection.yaml but for its name, version and requires. To see first what would happen: `edit/plan`.",
    query: object({ file: filePath }),
    body: fileText,
    largeBody: true,
    answers: { 200: collectionFile },
    errors: editErrors,
    async handle({ params: { name }, query: { file }, body }) {
      await installer.editCollection(name, { file, text: body.text });
      return { status: 200, body: toFileView(file, await installer.running(name)) };
    },
  });
}

function deleteFile({ installer }: OverlayDeps): Route {
  return defineRoute({
    id: "reset-collection-file",
    method: "DELETE",
    path: "/api/v1/collections/{name}/files",
    may: "collections:change",
    tag: "Collections",
    summary: "Take back what was changed here of a file; nothing happens when it was not",
    query: object({ file: filePath }),
    answers: { 200: collectionFile },
    errors: editErrors,
    async handle({ params: { name }, query: { file } }) {
      await installer.editCollection(name, { file, text: null });
      return { status: 200, body: toFileView(file, await installer.running(name)) };
    },
  });
}

function planEdit({ installer }: OverlayDeps): Route {
  return defineRoute({
    id: "plan-edit",
    method: "POST",
    path: "/api/v1/collections/{name}/edit/plan",
    may: "collections:change",
    audited: false,
    tag: "Collections",
    summary: "Say what changing a file of a collection here would do, without changing anything",
    body: editPlanning,
    largeBody: true,
    answers: { 200: plan },
    errors: editErrors,
    async handle({ params, body }) {
      return { status: 200, body: await installer.plan(toEdit(params.name, body)) };
    },
  });
}

function applyEdit({ installer }: OverlayDeps): Route {
  return defineRoute({
    id: "edit-collection",
    method: "POST",
    path: "/api/v1/collections/{name}/edit",
    may: "collections:change",
    tag: "Collections",
    summary: "Change a file of a collection here as it was planned",
    body: edit,
    largeBody: true,
    answers: { 200: applied },
    errors: [...editErrors, "DEFINITIONS_CHANGED", "PLAN_CHANGED"],
    async handle({ params, body: { planHash, ...body } }) {
      return { status: 200, body: toAppliedView(await installer.apply(toEdit(params.name, body), planHash)) };
    },
  });
}

function toEdit(name: string, { file, text: wanted }: EditPlanningBody) {
  return { kind: "edit", name, file, text: wanted } as const;
}

function toFileView(file: string, { published, files, overlays }: Running): CollectionFileView {
  const overlay = overlays.find((one) => one.file === file);
  return {
    ...{ file, text: textIn(files, file), published: textIn(published, file) },
    changedAt: overlay === undefined ? null : toInstant(overlay.changedAt),
  };
}

function textIn(files: Readonly<Record<string, string>>, file: string): string | null {
  return Object.hasOwn(files, file) ? (files[file] ?? null) : null;
}
