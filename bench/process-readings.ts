import { readFileSync } from "node:fs";

/** Linux counts processor time in hundredths of a second, whatever the kernel's own clock. */
const MS_PER_TICK = 10;

/**
 * Processor time a process has used since it started, all its threads together, in milliseconds; NaN where there is
 * no /proc (anywhere but on Linux).
 */
export function cpuMsOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  // The name in brackets may contain spaces; user and system time are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
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

/** Memory of a process that is in RAM now, in MB; NaN where there is no /proc. */
export function rssMbOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`));
  return Number(line?.[1]) / 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
