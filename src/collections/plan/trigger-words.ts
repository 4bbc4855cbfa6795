import type { RecordEventName } from "../../core/event.js";
import type { Trigger } from "../../core/flow.js";

const MAX_CONDITION = 80;

const eventWords: Readonly<Record<RecordEventName, string>> = {
  created: "new",
  updated: "changed",
  deleted: "deleted",
};

/** Says when a flow starts: `on every new ecommerce/Order where status = "paid"`. */
export function triggerWords(on: Trigger): string {
  return `${occasion(on)}${on.when === null ? "" : ` where ${shortened(on.when)}`}`;
}

function occasion(on: Trigger): string {
  switch (on.kind) {
    case "record": {
      const events = on.events.map((event) => eventWords[event]).join(" or ");
      const fields = on.changed.length === 0 ? "" : ` of which ${on.changed.join(" or ")} changes`;
      return `on every ${events} ${on.dataType}${fields}`;
    }
    case "message":
      return `whenever a message becomes ${on.statuses.join(" or ")}`;
    case "received":
      return `whenever a customer writes${on.connection === null ? "" : ` to ${on.connection}`}`;
    case "webhook": {
      const topics = on.topics.length === 0 ? "whatever" : on.topics.map((topic) => `"${topic}"`).join(" or ");
      return `whenever ${on.connection} is sent ${topics}`;
    }
    case "schedule":
      return `by the clock, at ${on.cron} in ${on.timeZone}`;
    case "silence":
      return `when there was no ${on.dataType} for ${durationWords(on.forMs)}`;
    case "notification":
      return `when operators are told of ${on.levels.map((level) => `"${level}"`).join(" or ")}`;
    case "manual":
      return "when somebody or another flow starts it";
  }
}

const units: readonly (readonly [name: string, ms: number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

function durationWords(ms: number): string {
  const [name, unitMs] = units.find(([, one]) => ms % one === 0) ?? ["millisecond", 1];
  return `${ms / unitMs} ${name}${ms === unitMs ? "" : "s"}`;
}

function shortened(condition: string): string {
  const line = condition.replace(/\s+/g, " ").trim();
  return line.length <= MAX_CONDITION ? line : `${line.slice(0, MAX_CONDITION)}…`;
}
