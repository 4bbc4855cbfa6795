import type { ApiDeps } from "../api-deps.js";
import { type Schema, text } from "../contract/schema.js";
import { loopDelayBoundsMs } from "../loop-delay.js";
import { defineRoute, type Route } from "../route.js";

/** So much of what waits is counted. */
const MOST = 1_000;

const exposition: Schema<string> = { json: text().json };

/** One family of figures in Prometheus's text format. */
interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter" | "histogram";
  readonly help: string;
  /** What stands behind the name, and the figure. */
  readonly samples: readonly (readonly [suffix: string, value: number])[];
}

type MetricsDeps = Pick<ApiDeps, "store" | "loopDelay" | "version" | "role">;

/** Figures of this process and of what waits, for whoever watches servers. */
export function metricsRoute(deps: MetricsDeps): Route {
  return defineRoute({
    id: "get-metrics",
    method: "GET",
    path: "/metrics",
    may: "processes:read",
    tag: "Operation",
    summary: "Figures of this process and of what waits, in Prometheus's text format",
    answers: { 200: exposition },
    answerType: "text/plain",
    errors: ["STORE_UNAVAILABLE"],
    async handle() {
      const [due, unknown] = await Promise.all([
        deps.store.runs.backlog(new Date(deps.store.now()), MOST),
        deps.store.effects.unknown(MOST),
      ]);
      const waiting = [
        gauge("patchbay_runs_due", `Runs that are due and not taken yet, counted up to ${MOST}.`, Math.min(due, MOST)),
        gauge("patchbay_effects_unknown", `Calls whose outcome nobody knows, counted up to ${MOST}.`, unknown),
      ];
      const body = [...processMetrics(deps), loopDelayMetric(deps), ...waiting].map(toText).join("");
      return { status: 200, body, headers: { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" } };
    },
  });
}

/** The names are those of Prometheus's own clients. Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics */
function processMetrics({ version, role }: MetricsDeps): readonly Metric[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  return [
    {
      name: "patchbay_info",
      type: "gauge",
      help: "Always 1; the labels say what runs here.",
      samples: [[`{version="${version}",role="${role}"}`, 1]],
    },
    {
      name: "process_cpu_seconds_total",
      type: "counter",
      help: "Processor time of all threads.",
      samples: [["", (user + system) / 1e6]],
    },
    gauge("process_resident_memory_bytes", "Memory that is in RAM now.", rss),
    gauge("process_start_time_seconds", "When the process started, since 1970.", performance.timeOrigin / 1_000),
    gauge("nodejs_heap_size_used_bytes", "Memory that objects of the main thread take.", heapUsed),
  ];
}

function loopDelayMetric({ loopDelay }: MetricsDeps): Metric {
  const { within, count, sumMs } = loopDelay.counts();
  const buckets = loopDelayBoundsMs.map(
    (boundMs, place) => [`_bucket{le="${boundMs / 1_000}"}`, within[place] ?? 0] as const,
  );
  return {
    name: "patchbay_event_loop_delay_seconds",
    type: "histogram",
    help: "How late the event loop came to its work, looked at ten times a second.",
    samples: [...buckets, ['_bucket{le="+Inf"}', count], ["_sum", sumMs / 1_000], ["_count", count]],
  };
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, type: "gauge", help, samples: [["", value]] };
}

/** Source: https://prometheus.io/docs/instrumenting/exposition_formats/ */
function toText({ name, type, help, samples }: Metric): string {
  const lines = samples.map(([suffix, value]) => `${name}${suffix} ${value}`);
  return `${[`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join("\n")}\n`;
}
