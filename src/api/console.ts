import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { extname, join } from "node:path";
import { PatchbayError } from "../core/errors.js";
import type { ApiDeps } from "./api-deps.js";
import { type Schema, text } from "./contract/schema.js";
import { pageHeaders } from "./page-headers.js";
import { defineRoute, type Route } from "./route.js";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const bytes: Schema<Uint8Array> = { json: text().json };

/** Whether a browser asks for a page: then the console says what is there, or that nothing is. */
export function wantsPage({ method, headers, url = "/" }: IncomingMessage): boolean {
  const page = (method === "GET" || method === "HEAD") && (headers.accept ?? "").includes("text/html");
  return page && !/^\/(api|hooks|compat|docs|assets)(\/|$)/.test(url);
}

/**
 * The console: one page for all its addresses, and its files. Scripts and styles come from files of this server only; the few
 * styles that the page itself adds carry a number that is new for each answer.
 */
export function consoleRoutes({
  consoleFolder,
  phones,
  publicUrl,
}: Pick<ApiDeps, "consoleFolder" | "phones" | "publicUrl">): {
  page: Route;
  files: readonly Route[];
} {
  const page = defineRoute({
    id: "console",
    method: "GET",
    path: "/",
    may: "anyone",
    tag: "Console",
    summary: "The console",
    answers: { 200: text() },
    answerType: "text/html",
    // The page of a filtered list is the page of the list.
    anyQuery: true,
    errors: [],
    async handle() {
      const nonce = randomBytes(16).toString("base64");
      const html = await readFile(join(consoleFolder, "index.html"), "utf8").catch(missing);
      const headers = pageHeaders(policyOf(nonce), publicUrl);
      const body = html.replaceAll("%NONCE%", nonce).replace("%SIMULATOR%", phones === undefined ? "no" : "yes");
      return { status: 200, body, headers };
    },
  });
  return { page, files: [page, iconRoute(consoleFolder), fileRoute(consoleFolder)] };
}

function policyOf(nonce: string): string {
  return [
    `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data: blob:; font-src 'self'`,
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  ].join("; ");
}

function iconRoute(folder: string): Route {
  return defineRoute({
    ...{ id: "console-icon", method: "GET", path: "/icon.svg", may: "anyone", tag: "Console", summary: "The icon" },
    answers: { 200: bytes },
    answerType: "image/svg+xml",
    errors: [],
    handle: async () => fileAnswer(join(folder, "icon.svg"), 86_400),
  });
}

function fileRoute(folder: string): Route {
  return defineRoute({
    id: "console-file",
    method: "GET",
    path: "/assets/{file}",
    may: "anyone",
    tag: "Console",
    summary: "A file of the console; its name has its content's hash, so it never changes",
    answers: { 200: bytes },
    answerType: "application/octet-stream",
    errors: ["ROUTE_UNKNOWN"],
    handle: async ({ params: { file } }) => {
      if (!/^[\w.-]+$/.test(file)) throw unknownFile();
      return fileAnswer(join(folder, "assets", file), 31_536_000);
    },
  });
}

async function fileAnswer(path: string, seconds: number) {
  const type = types[extname(path)];
  if (type === undefined) throw unknownFile();
  const body = await readFile(path).catch(() => {
    throw unknownFile();
  });
  const caching = `public, max-age=${seconds}${seconds > 86_400 ? ", immutable" : ""}`;
  return { status: 200, body, headers: { "Content-Type": `${type};charset=utf-8`, "Cache-Control": caching } };
}

function unknownFile(): PatchbayError {
  return new PatchbayError("ROUTE_UNKNOWN", "The console has no such file");
}

function missing(): never {
  throw new PatchbayError("ROUTE_UNKNOWN", "The console was not built", {
    remedy: "Build it: npm run build. The API documentation is at /docs.",
  });
}
