import { PatchbayError } from "../../core/errors.js";
import type { ApiDeps } from "../api-deps.js";
import { type Schema, text } from "../contract/schema.js";
import { defineRoute, type Route } from "../route.js";
import { safeHeaders } from "../send.js";

const MOST_STREAMS = 200;
/** What happens within this time is told at once: a person does not read faster. */
const GATHER_MS = 300;
/** Connections over which nothing is said are cut by what stands between, as a rule after a minute. */
const HEARTBEAT_MS = 20_000;

const stream: Schema<string> = { json: text().json };

/** Tells whoever looks at lists when they are no longer true. */
export function streamRoute({ commits }: Pick<ApiDeps, "commits">): Route {
  return defineRoute({
    id: "stream",
    method: "GET",
    path: "/api/v1/stream",
    may: "stream:read",
    tag: "Stream",
    summary: "Hear when something happens",
    description: `Server-sent events, as long as the connection lasts. Each says what has changed since the one before:
\`data: {"changed":["runs","messages"]}\`, \`*\` for anything. It is a reason to ask again, no more; what happened while nobody listened is not told.`,
    answers: { 200: stream },
    answerType: "text/event-stream",
    errors: ["SERVER_OVERLOADED"],
    handle({ response, requestId }) {
      if (commits.listeners >= MOST_STREAMS) {
        const message = `${MOST_STREAMS} callers listen already`;
        throw new PatchbayError("SERVER_OVERLOADED", message, { retryAfterMs: 10_000 });
      }
      const headers = { ...safeHeaders, "X-Request-Id": requestId, "Content-Type": "text/event-stream" };
      response.writeHead(200, { ...headers, "X-Accel-Buffering": "no" });
      response.write(": listening\n\n");
      const gathered = new Set<string>();
      let timer: NodeJS.Timeout | null = null;
      const tell = (): void => {
        timer = null;
        response.write(`data: ${JSON.stringify({ changed: [...gathered] })}\n\n`);
        gathered.clear();
      };
      const leave = commits.listen(
        (nouns) => {
          for (const noun of nouns) gathered.add(noun);
          timer ??= setTimeout(tell, GATHER_MS);
        },
        () => response.end(),
      );
      const heartbeat = setInterval(() => response.write(":\n\n"), HEARTBEAT_MS);
      response.once("close", () => {
        leave();
        clearInterval(heartbeat);
        if (timer !== null) clearTimeout(timer);
      });
      return null;
    },
  });
}
