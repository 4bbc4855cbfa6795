import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const MS_PER_TICK = 10;

/**
 * Processor time a process has used since it started, all its threads together, in milliseconds; NaN where there is
 * no /proc (anywhere but on Linux).
 */
export function cpuMsOf(pid: number): number {
  const fields = fieldsOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
}

/**
 * Processor time of a process and of the children it has or had, in milliseconds: what a PostgreSQL server has used, whose
 * connections are processes. NaN where there is no /proc.
 */
export function cpuMsOfFamily(pid: number): number {
  const fields = fieldsOf(pid);
  const own = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0) * MS_PER_TICK;
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(" ").filter(Boolean);
  return children.reduce((sum, child) => sum + (cpuMsOf(Number(child)) || 0), own);
}

/**
 * Processor time of all processors that was not idle, whoever used it, since the machine started, in milliseconds.
 * Time that a hypervisor gave to other machines counts: it was missing here. NaN where there is no /proc.
 */
export function busyMsOfMachine(): number {
  const fields = (read("/proc/stat").split("\n")[0] ?? "").trim().split(/\s+/).slice(1, 9).map(Number);
  const [user, nice, system, , , interrupts, softInterrupts, stolen] = fields;
  return [user, nice, system, interrupts, softInterrupts, stolen].reduce<number>(
    (sum, ticks) => sum + (ticks ?? Number.NaN) * MS_PER_TICK,
    0,
  );
}

/**
 * Processor time of each thread of a process so far, in milliseconds, by the kernel's number for it; the main thread has that of the
 * process. Empty where there is no /proc.
 */
export function threadCpuMsOf(pid: number): ReadonlyMap<number, number> {
  const folder = `/proc/${pid}/task`;
  const tids = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(tids.map((tid) => [Number(tid), Number(read(`${folder}/${tid}/schedstat`).split(" ")[0]) / 1e6]));
}

/** Memory of a process that is in RAM now, in MB; NaN where there is no /proc. */
export function rssMbOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`));
  return Number(line?.[1]) / 1024;
}

/**
 * What the kernel says of a process, behind its name in brackets, which may contain spaces: user and system time are the
 * 12th and 13th field, those of children that have ended the two after them.
 */
function fieldsOf(pid: number): readonly string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
