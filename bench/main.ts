import { runBulk } from "./bulk/bulk.js";
import { runGrowth } from "./growth/growth.js";
import { Household } from "./household.js";
import { runLists } from "./lists.js";
import { type Options, parseOptions, usage } from "./options.js";
import { runOrders } from "./orders.js";
import { runProfile } from "./profile/profile.js";
import { runSoak } from "./soak/soak.js";
import type { StorageName } from "./storage.js";
import type { Report } from "./workplace.js";

/** Of a quick run, from the start of the process (the zero of performance.now()); a server has to be made first. */
const QUICK_MS: Readonly<Record<StorageName, number>> = { sqlite: 44_000, postgres: 58_000 };

/** Measures what was asked for. */
function measure(options: Options, household: Household): Promise<Report> {
  switch (options.subject) {
    case "orders":
      return runOrders(options, household, QUICK_MS[options.store]);
    case "lists":
      return runLists(options, household);
    case "bulk":
      return runBulk(options, household);
    case "growth":
      return runGrowth(options, household);
    case "soak":
      return runSoak(options, household);
    case "profile":
      return runProfile(options, household);
  }
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return void process.stdout.write(usage);
  const household = new Household();
  household.guardProcess();
  const quickOver = new Error("A quick run did not end in time: this machine is too busy to measure anything.");
  const limit =
    options.quick && options.subject !== "soak"
      ? setTimeout(() => household.fail(quickOver).catch(() => {}), QUICK_MS[options.store] - performance.now())
      : undefined;
  try {
    const { table, json } = await measure(options, household);
    process.stdout.write(table);
    if (options.json) process.stdout.write(`${JSON.stringify(json)}\n`);
  } finally {
    clearTimeout(limit);
    household.clear();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
