/** Gives the environment variables of this process: what `readConfig` is called with outside tests. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
