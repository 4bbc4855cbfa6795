/**
 * Milliseconds of the machine's monotonic clock. Every process on the machine reads the same clock, so an instant
 * noted by the load generator can be compared with one noted by the stub.
 */
export function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
