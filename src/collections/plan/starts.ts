import type { InstalledFlow } from "../../core/catalog.js";
import { canonicalJson, type Json } from "../../core/json.js";
import type { Installation } from "../installation.js";
import { newOverlaps } from "../overlap.js";
import { type FlowSurroundings, flowWords } from "./flow-words.js";
import type { Start } from "./plan.js";

/** What is installed, and what would be. */
export interface Prospect {
  readonly before: Installation;
  readonly after: Installation;
  /** Names of the collections that are installed, replaced or taken away. */
  readonly planned: ReadonlySet<string>;
}

/** Says what would begin to happen, and what would happen differently or no more. */
export function startsOf(prospect: Prospect): readonly Start[] {
  const { before, after, planned } = prospect;
  const old = new Map(before.catalog.flows().map((flow) => [flow.version.flow.name, flow]));
  const next = new Map(after.catalog.flows().map((flow) => [flow.version.flow.name, flow]));
  const names = [...new Set([...old.keys(), ...next.keys()])].sort();
  const about = names.flatMap((name) => {
    const pair = { before: old.get(name), after: next.get(name) };
    const own = planned.has(name.split("/")[0] ?? "");
    const same = pair.before?.version.hash === pair.after?.version.hash;
    return own || !same ? startOf(pair, prospect) : [];
  });
  return [...loudFirst(about), ...parameterChanges(prospect), ...farewells(prospect), ...overlaps(prospect)];
}

interface FlowPair {
  readonly before: InstalledFlow | undefined;
  readonly after: InstalledFlow | undefined;
}

function startOf({ before: old, after: next }: FlowPair, { before, after }: Prospect): Start[] {
  const flow = next?.version.flow.name ?? old?.version.flow.name ?? null;
  if (next === undefined) {
    if (old?.active !== true) return [];
    const message = "is switched on and would go: it would not start any more; its runs under way end as they began";
    return [{ flow, change: "ends", message }];
  }
  const words = flowWords(next.version, surroundingsOf(after, next));
  const same = old?.version.hash === next.version.hash;
  if (!next.active && same) return [];
  if (!next.active)
    return [{ flow, change: "waits", message: `is off until somebody switches it on; then it ${words}` }];
  if (old?.active !== true) return [{ flow, change: "begins", message: `would be switched on: it ${words}` }];
  if (same) return [{ flow, change: "goes on", message: `stays on as it is: it ${words}` }];
  const until = flowWords(old.version, surroundingsOf(before, old));
  const differs = until === words ? "" : `; until now it ${until}`;
  const message = `is SWITCHED ON and would change at once: it ${words}${differs}. Its runs under way end as they began`;
  return [{ flow, change: "changes", message }];
}

function surroundingsOf({ installed }: Installation, { version }: InstalledFlow): FlowSurroundings {
  return {
    parameters: installed.get(version.collection ?? "")?.parameters ?? {},
    connection: (name) => {
      const owner = installed.get(name.split("/")[0] ?? "");
      const definition = owner?.collection.connections.find((one) => one.name === name);
      return owner === undefined || definition === undefined ? null : { definition, parameters: owner.parameters };
    },
  };
}

const order: readonly Start["change"][] = ["begins", "changes", "ends", "goes on", "waits"];

function loudFirst(starts: readonly Start[]): readonly Start[] {
  return starts.toSorted((a, b) => order.indexOf(a.change) - order.indexOf(b.change));
}

/** Parameters are no part of a flow's version: everything that runs reads the new ones. */
function parameterChanges({ before, after, planned }: Prospect): readonly Start[] {
  return [...planned].sort().flatMap((name) => {
    const [old, next] = [before.installed.get(name), after.installed.get(name)];
    if (old === undefined || next === undefined) return [];
    const names = [...new Set([...Object.keys(old.parameters), ...Object.keys(next.parameters)])].sort();
    const changed = names.filter((one) => textOf(old.parameters[one]) !== textOf(next.parameters[one]));
    if (changed.length === 0) return [];
    const values = changed.map(
      (one) => `${one} from ${textOf(old.parameters[one])} to ${textOf(next.parameters[one])}`,
    );
    const message = `${name}: the parameters change at once for its connections and for all flows that are on, runs under way included: ${values.join(", ")}`;
    return [{ flow: null, change: "beware" as const, message }];
  });
}

/** What going away takes with it that installing again does not bring back. */
function farewells({ before, after, planned }: Prospect): readonly Start[] {
  return [...planned].sort().flatMap((name) => {
    const old = before.installed.get(name);
    if (old === undefined || after.installed.has(name) || old.collection.connections.length === 0) return [];
    const message = `${name}: its parameters and secrets are forgotten, and the addresses that were entered at its vendors are answered no more; installed again it has others. What vendors report meanwhile about messages that have left is lost`;
    return [{ flow: null, change: "beware" as const, message }];
  });
}

function textOf(value: Json | undefined): string {
  return value === undefined ? "nothing" : canonicalJson(value);
}

function overlaps({ before, after }: Prospect): readonly Start[] {
  return newOverlaps(before.catalog, after.catalog).map((message) => ({ flow: null, change: "beware", message }));
}
