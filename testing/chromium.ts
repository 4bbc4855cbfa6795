import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/**
 * Starts a real Chromium. Where there is none, and this is Debian as root (a fresh container), it is installed first: the tests
 * need nothing that somebody has to remember.
 */
export async function startChromium(): Promise<Browser> {
  const executablePath = findChromium() ?? installChromium();
  // Chromium refuses to run as root inside its own sandbox; it opens pages of this machine only.
  const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args: [...args, "--disable-dev-shm-usage"] });
}

function findChromium(): string | undefined {
  const { CHROMIUM_PATH } = process.env;
  return CHROMIUM_PATH ?? places.find((place) => existsSync(place));
}

function installChromium(): string {
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    for (const command of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
      spawnSync("apt-get", command, { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    }
  }
  const installed = findChromium();
  if (installed !== undefined) return installed;
  throw new Error(
    "The tests of the console need Chromium: apt-get install -y chromium, or say where it is with CHROMIUM_PATH",
  );
}
