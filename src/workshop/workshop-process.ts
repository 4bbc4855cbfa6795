import { toPatchbayError } from "../core/errors.js";
import type { Job, JobMessage, JobNews, WorkshopConfig } from "./job.js";
import { makeCollection } from "./make-collection.js";
import { testFiles } from "./test-files.js";

/** How often the process looks at its own size, in milliseconds. */
const LOOK_MS = 50;

/** The process's side: does one job and ends; ends, too, when nobody is there any more to hear of it. */
function serve(): void {
  const say = (news: JobNews): void => void process.send?.(news);
  process.once("disconnect", () => process.exit());
  process.once("message", (message: JobMessage) => {
    watchSize(message.maxBytes, say);
    work(message.job, message.config, say)
      .catch((thrown: unknown) => {
        const { code, message, details } = toPatchbayError(thrown);
        say({ kind: "failed", code, message, details });
      })
      .finally(() => process.disconnect());
  });
}

async function work(job: Job, config: WorkshopConfig, say: (news: JobNews) => void): Promise<void> {
  const result =
    job.kind === "test" ? await testFiles(job.order, config, say) : await makeCollection(job.order, config);
  say({ kind: "done", result });
}

/** The limit of the heap does not count what a database in memory takes. */
function watchSize(maxBytes: number, say: (news: JobNews) => void): void {
  const timer = setInterval(() => {
    if (process.memoryUsage.rss() <= maxBytes) return;
    clearInterval(timer);
    say({ kind: "too-large" });
    process.exit();
  }, LOOK_MS);
  timer.unref();
}

serve();
