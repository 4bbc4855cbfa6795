import { setTimeout as delay } from "node:timers/promises";
import type { OperationPreviewView, OperationView } from "../../api/contract/operation.js";
import { idTime } from "../../core/id.js";
import { createClient } from "../client.js";
import type { CommandContext } from "../context.js";
import { count } from "../plain.js";
import { openProgressBar } from "../progress-bar.js";

const firstLookMs = 100;
const longestLookMs = 1_000;
const stopTimeoutMs = 10_000;

/**
 * Shows how far an operation has come, until it has ended. When this process is asked to stop, the operation is
 * stopped too, and said so, before it rejects.
 */
export async function watchOperation(
  begun: OperationView,
  { preview, context }: { preview: OperationPreviewView; context: CommandContext },
): Promise<OperationView> {
  const { client, terminal, stop } = context;
  const bar = openProgressBar(terminal);
  let now = begun;
  try {
    for (let waitMs = firstLookMs; now.state === "running"; waitMs = Math.min(longestLookMs, waitMs * 2)) {
      await delay(waitMs, undefined, { signal: stop });
      now = await client.get<OperationView>(`/api/v1/operations/${encodeURIComponent(begun.id)}`);
      bar.update(partOf(now, preview), `${count(now.started, "run")} started, ${now.examined} looked at`);
    }
    return now;
  } catch (thrown) {
    bar.close();
    if (stop.aborted) await stopToo(begun, context);
    throw thrown;
  } finally {
    bar.close();
  }
}

/** Counted when the preview saw everything; else by how much of the span has been gone through. */
function partOf({ examined, cursor, work }: OperationView, preview: OperationPreviewView): number | null {
  if (!preview.more) return preview.examined === 0 ? null : examined / preview.examined;
  const at = cursor === null ? null : idTime(cursor);
  const [from, until] = [Date.parse(work.from), Date.parse(work.until)];
  return at === null ? null : (at.getTime() - from) / (until - from);
}

/** The usual client does nothing any more once the process was asked to stop. */
async function stopToo({ id }: OperationView, { config, terminal }: CommandContext): Promise<void> {
  const { signal } = new AbortController();
  const client = createClient({
    url: config.serverUrl,
    apiKey: config.apiKey,
    stop: signal,
    timeoutMs: stopTimeoutMs,
  });
  try {
    const { started } = await client.post<OperationView>(`/api/v1/operations/${encodeURIComponent(id)}/stop`, {});
    terminal.note(`The operation is stopped. ${count(started, "run")} had been started; they go on.`);
  } catch {
    terminal.note(`The operation could not be stopped and goes on: patchbay operations stop ${id}`);
  }
}
