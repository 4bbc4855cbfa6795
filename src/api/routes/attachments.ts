import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type Attachment, attachmentStates, fileNameOf, PIECE_BYTES, servedTypeOf } from "../../core/attachment.js";
import { PatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { attachment, toAttachmentView } from "../contract/attachment.js";
import { pageOf, pagingMembers, toPageView, toPaging } from "../contract/paging.js";
import { object, oneOf, type Schema, text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { safeHeaders } from "../send.js";

type AttachmentDeps = Pick<ApiDeps, "store" | "engine">;

/** Pieces read at a time: three quarters of a megabyte in memory, however large the file is. */
const PIECES_AT_ONCE = 16;

const file: Schema<string> = { json: { type: "string", contentMediaType: "application/octet-stream" } };

/** Files that came with messages. */
export function attachmentRoutes(deps: AttachmentDeps): Route[] {
  return [listAttachments(deps), getFacts(deps), getFile(deps), fetchAgain(deps)];
}

function listAttachments({ store }: AttachmentDeps): Route {
  return defineRoute({
    id: "list-attachments",
    method: "GET",
    path: "/api/v1/attachments",
    may: "attachments:read",
    tag: "Attachments",
    summary: "List files that came with messages, newest first",
    query: object({}, { ...pagingMembers, state: oneOf(attachmentStates), receivedId: text() }),
    answers: { 200: pageOf(attachment) },
    errors: [],
    async handle({ query }) {
      const { state, receivedId } = query;
      const page = await store.attachments.list({ state, receivedId }, toPaging(query));
      return { status: 200, body: toPageView(page, toAttachmentView) };
    },
  });
}

function getFacts(deps: AttachmentDeps): Route {
  return defineRoute({
    id: "get-attachment-facts",
    method: "GET",
    path: "/api/v1/attachments/{id}/facts",
    may: "attachments:read",
    tag: "Attachments",
    summary: "Get what is known of a file: its state, size, type and why it is not here",
    answers: { 200: attachment },
    errors: ["ATTACHMENT_UNKNOWN"],
    async handle({ params: { id } }) {
      return { status: 200, body: toAttachmentView(await requireAttachment(deps, id)) };
    },
  });
}

function getFile(deps: AttachmentDeps): Route {
  return defineRoute({
    id: "get-attachment",
    method: "GET",
    path: "/api/v1/attachments/{id}",
    may: "attachments:read",
    tag: "Attachments",
    summary: "Download a file that came with a message",
    description:
      "To be saved, not shown: whoever wrote the message chose what is in it, and the content type is the vendor's word only.",
    answers: { 200: file },
    answerType: "*/*",
    errors: ["ATTACHMENT_UNKNOWN", "ATTACHMENT_NOT_KEPT"],
    async handle({ params: { id }, response, requestId }) {
      const found = await requireAttachment(deps, id);
      if (found.state !== "kept" || found.bytes === null) throw notKept(found);
      response.writeHead(200, {
        ...safeHeaders,
        "X-Request-Id": requestId,
        "Content-Type": servedTypeOf(found),
        "Content-Disposition": `attachment; filename="${fileNameOf(found)}"`,
        "Content-Length": found.bytes,
      });
      await writePieces(found, found.bytes, { response, deps });
      return null;
    },
  });
}

/** A piece that is missing breaks the answer off: its length is said already, so the caller knows. */
async function writePieces(
  { id }: Attachment,
  bytes: number,
  { response, deps }: { response: ServerResponse; deps: AttachmentDeps },
): Promise<void> {
  let left = bytes;
  for (let first = 0; left > 0 && !response.destroyed; first += PIECES_AT_ONCE) {
    const count = Math.min(PIECES_AT_ONCE, Math.ceil(left / PIECE_BYTES));
    const pieces = await deps.store.attachments.pieces(id, first, count);
    if (pieces.length === 0) {
      response.destroy();
      return;
    }
    for (const piece of pieces) {
      left -= piece.length;
      if (!response.write(piece) && !response.destroyed)
        await Promise.race([once(response, "drain"), once(response, "close")]);
    }
  }
  response.end();
}

function fetchAgain({ engine }: AttachmentDeps): Route {
  return defineRoute({
    id: "fetch-attachment",
    method: "POST",
    path: "/api/v1/attachments/{id}/fetch",
    may: "attachments:fetch",
    tag: "Attachments",
    summary: "Have a file fetched that could not be; nothing changes when it is here",
    answers: { 200: attachment },
    errors: ["ATTACHMENT_UNKNOWN", "ATTACHMENT_NOT_KEPT"],
    async handle({ params: { id } }) {
      return { status: 200, body: toAttachmentView(await engine.fetchAttachment(id)) };
    },
  });
}

async function requireAttachment({ store }: AttachmentDeps, id: string): Promise<Attachment> {
  const found = await store.attachments.get(id);
  if (found !== null) return found;
  throw new PatchbayError("ATTACHMENT_UNKNOWN", `There is no attachment ${id.slice(0, 100)}`);
}

function notKept({ id, state, failure }: Attachment): PatchbayError {
  if (state === "gone") return new PatchbayError("ATTACHMENT_NOT_KEPT", `The attachment ${id} is no longer kept`);
  const why = failure === null ? "" : `: ${failure.message}`;
  if (state === "expected") {
    return new PatchbayError("ATTACHMENT_NOT_KEPT", `The attachment ${id} has not been fetched yet${why}`);
  }
  return new PatchbayError("ATTACHMENT_NOT_KEPT", `The attachment ${id} could not be fetched${why}`, {
    remedy: `patchbay attachments fetch ${id}`,
  });
}
