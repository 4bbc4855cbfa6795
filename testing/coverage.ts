/**
 * Where this process writes its coverage when it ends; undefined when nobody asked for coverage. Loaded by mocha before the
 * tests.
 *
 * What a test starts, a process or a thread, writes none unless the test hands this on: each would write half a megabyte
 * that says what a thousand others say.
 */
export const coverageFolder = process.env.NODE_V8_COVERAGE;

if (process.env.MOCHA_WORKER_ID !== undefined) {
  delete process.env.NODE_V8_COVERAGE;
  // Mocha sends this signal to a worker that has not ended within a second. On a busy machine it is still writing its coverage then.
  process.on("SIGTERM", () => undefined);
}
