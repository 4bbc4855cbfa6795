// Makes docs/screenshots anew from the demo: what is on them is what a first look shows. Times of day differ, nothing else.
import { spawn } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { startChromium } from "../dist/testing/chromium.js";
import { freePort } from "../dist/testing/free-port.js";

const root = join(import.meta.dirname, "..");
const folder = join(root, "docs/screenshots");
const largestBytes = 300_000;
const pages = {
  home: "/",
  notifications: "/notifications?level=error",
  timeline: "/timeline?order=R1001",
  simulator: "/simulator",
  collections: "/collections",
  record: "/records/ecommerce/Order/R1001",
  connection: "/connections/twilio/twilio",
  "flow-editor": "/flows/twilio/confirm-order-by-reply/edit?step=ask",
  audit: "/audit",
};

/** What comes after the rest of a page, and belongs on its picture. */
const awaited = {
  "flow-editor": (page) => page.getByRole("region", { name: "What is chosen" }).getByText(/^→ /).first().waitFor(),
  run: (page) => page.getByRole("button", { name: /^send/ }).waitFor(),
};

/** A run that has texted a customer. */
async function textedRun(url) {
  const { items } = await ask(`${url}/api/v1/messages?status=delivered`);
  return `/runs/${items.at(-1).runId}`;
}

async function ask(url, body) {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(url, body === undefined ? {} : init);
  if (!answer.ok) throw new Error(`${url} was answered with ${answer.status}`);
  return answer.json();
}

/** Gives what the demo says, once it satisfies; the server may not be there yet. */
async function until(question, satisfies) {
  for (let time = 0; time < 300; time++) {
    const answer = await question().catch(() => null);
    if (answer !== null && satisfies(answer)) return answer;
    await wait(200);
  }
  throw new Error("the demo did not come so far within a minute");
}

async function answerAsCustomer(url) {
  const { phones } = await ask(`${url}/api/v1/simulator`);
  const phone = phones.find(({ texts }) => texts.some(({ body }) => body.includes("R1001")));
  const path = `${url}/api/v1/simulator/phones/${encodeURIComponent(phone.number)}/texts`;
  await ask(path, { body: "Thank you! When will it come?" });
  await until(
    () => ask(`${url}/api/v1/conversations`),
    ({ items }) => items.length === 1,
  );
}

async function shoot(browser, url, [name, path]) {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: "light",
    locale: "en-US",
    timezoneId: "UTC",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(url + path);
  await page.getByText("Live", { exact: true }).waitFor();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("main").getByRole("status").first().waitFor({ state: "hidden" });
  await awaited[name]?.(page);
  const file = join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  await context.close();
  if (statSync(file).size > largestBytes) throw new Error(`${file} is larger than ${largestBytes} bytes`);
}

mkdirSync(folder, { recursive: true });
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const demo = spawn(process.execPath, [join(root, "dist/src/main.js"), "demo", "--port", `${port}`, "--speed", "10"]);
demo.stdout.resume();
demo.stderr.pipe(process.stderr);
let browser = null;
try {
  await until(
    () => ask(`${url}/api/v1/messages?status=delivered`),
    ({ items }) => items.length === 6,
  );
  await answerAsCustomer(url);
  browser = await startChromium();
  for (const page of [...Object.entries(pages), ["run", await textedRun(url)]]) await shoot(browser, url, page);
} finally {
  await browser?.close();
  demo.kill("SIGINT");
}
