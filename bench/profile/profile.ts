import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Household } from "../household.js";
import type { Options } from "../options.js";
import { installPatchbay, startPatchbay } from "../patchbay-system.js";
import { threadCpuMsOf } from "../process-readings.js";
import { measureWindow } from "../window.js";
import { openWorkplace, patchbayPlan, type Report, warmUpOf } from "../workplace.js";
import {
  type CallFrame,
  type CpuProfile,
  cutProfile,
  IDLE,
  readProfiles,
  type Stack,
  stacksOf,
} from "./cpu-profile.js";
import { flameGraph, PLACE_MARK } from "./flame-graph.js";
import { partOfStack, timeByPart, writerPartOfStack } from "./parts.js";
import { type ProfileFindings, profileToJson, renderProfile, type ThreadFindings } from "./profile-report.js";
import { createSourcePlaces } from "./source-places.js";

const INTERVAL_US = 500;
/** A thread that is busy for less of the window than this is not told apart from the others. */
const LEAST_BUSY = 0.05;

type PathOf = (frame: CallFrame) => string;

/** A thread of the profile, cut to the window. */
interface ProfiledThread {
  readonly isMain: boolean;
  readonly profile: CpuProfile;
  readonly stacks: readonly Stack[];
  /** Time that was not idle. */
  readonly busyMs: number;
}

/** Profiles a warm server under full load: the thread that does everything, and the one that writes to SQLite. */
export async function runProfile(options: Options, household: Household): Promise<Report> {
  const place = await openWorkplace(options, household);
  const folder = household.makeFolder();
  const plan = patchbayPlan(options, place);
  await installPatchbay(plan);
  const nodeOptions = ["--cpu-prof", `--cpu-prof-dir=${folder}`, `--cpu-prof-interval=${INTERVAL_US}`];
  const running = await startPatchbay({ ...plan, nodeOptions }, await place.storage.copy());
  const readings: ReadonlyMap<number, number>[] = [];
  const window = await measureWindow(place, running, {
    ...{ connections: options.connections, warmUp: warmUpOf(options), windowMs: options.seconds * 1_000 },
    settled: options.callbacks,
    atEdge: () => readings.push(threadCpuMsOf(running.pid)),
  });
  await running.stop();
  const cpu = cpuOf(readings, { mainTid: running.pid, orders: window.texts });
  const busy = readProfiles(folder, running.pid)
    .map(({ thread, profile }) => toThread(thread === 0, cutProfile(profile, window.beganAtMs, window.endedAtMs)))
    .filter(({ isMain, busyMs }) => isMain || busyMs > (window.endedAtMs - window.beganAtMs) * LEAST_BUSY)
    .sort((one, other) => Number(other.isMain) - Number(one.isMain) || other.busyMs - one.busyMs)
    .slice(0, 2);
  const pathOf = createSourcePlaces();
  const threads: ThreadFindings[] = [];
  for (const [at, thread] of busy.entries()) {
    threads.push(await describe(thread, { cpuMs: cpu.perOrder[at] ?? Number.NaN, pathOf, out: options.out }));
  }
  const described = threads.reduce((sum, { cpuMs }) => sum + cpuMs, 0);
  const { store, callbacks } = options;
  const findings: ProfileFindings = { store, callbacks, window, threads, otherCpuMs: cpu.all - described };
  return { table: renderProfile(findings), json: profileToJson(findings) };
}

/** Processor time for an order: of the main thread, then of the others, the busiest first; and of all. */
function cpuOf(
  [before = new Map(), after = new Map()]: readonly ReadonlyMap<number, number>[],
  { mainTid, orders }: { mainTid: number; orders: number },
): { readonly perOrder: readonly number[]; readonly all: number } {
  const spent = new Map([...after].map(([tid, ms]) => [tid, (ms - (before.get(tid) ?? 0)) / orders]));
  const main = spent.get(mainTid) ?? Number.NaN;
  spent.delete(mainTid);
  const others = [...spent.values()].sort((one, other) => other - one);
  return { perOrder: [main, ...others], all: others.reduce((sum, ms) => sum + ms, main) };
}

function toThread(isMain: boolean, profile: CpuProfile): ProfiledThread {
  const stacks = stacksOf(profile);
  const isBusy = ({ frames }: Stack): boolean => frames.at(-1)?.functionName !== IDLE;
  const busyMs = stacks.filter(isBusy).reduce((sum, { ms }) => sum + ms, 0);
  return { isMain, profile, stacks, busyMs };
}

/** Puts down the flame graph and the profile of a thread, and gives its parts. */
async function describe(
  { isMain, profile, stacks, busyMs }: ProfiledThread,
  { cpuMs, pathOf, out }: { cpuMs: number; pathOf: PathOf; out: string },
): Promise<ThreadFindings> {
  const name = isMain ? "main thread" : "writer thread";
  const base = join(out, isMain ? "profile-main" : "profile-writer");
  const partOf = isMain ? partOfStack : writerPartOfStack;
  const named = stacks.map(({ frames, ms }) => ({ names: frames.map((frame) => nameOf(frame, pathOf)), ms }));
  await writeFile(`${base}.cpuprofile`, JSON.stringify(profile));
  await writeFile(`${base}.svg`, flameGraph(`Patchbay, ${name}, under full load`, named.filter(isShown)));
  const parts = timeByPart(stacks, (stack) => partOf(stack, pathOf));
  return { name, cpuMs, parts: parts.map(([part, ms]) => [part, ms / busyMs]), graph: `${base}.svg` };
}

function nameOf(frame: CallFrame, pathOf: PathOf): string {
  const path = pathOf(frame);
  const name = frame.functionName || "(anonymous)";
  return path === "" ? name : name + PLACE_MARK + path;
}

function isShown({ names }: { names: readonly string[] }): boolean {
  return names.at(-1) !== IDLE;
}
