import { createRequire } from "node:module";
import { expect } from "chai";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { startChromium } from "../../testing/chromium.js";
import { openTestApp, type TestApp } from "../app/parts.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** How somebody looks at the console. */
export interface Look {
  readonly width: number;
  readonly colorScheme: "light" | "dark";
}

/** A server with a simulated Twilio, and a browser in front of it. */
export interface TestConsole {
  readonly app: TestApp;
  /** Opens an address in a window of its own. Whatever the page complains about makes `close` fail. */
  open(path: string, look?: Partial<Look>): Promise<Page>;
  /** Closes every window: each goes on asking whenever something happens. */
  closeWindows(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a browser for all tests of a file. */
export async function openTestConsole(variables: Record<string, string> = {}): Promise<TestConsole> {
  const app = await openTestApp(variables);
  const browser: Browser = await startChromium();
  const contexts: BrowserContext[] = [];
  const complaints: string[] = [];
  const closeWindows = async (): Promise<void> => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  };
  return {
    app,
    async open(path, { width = 1440, colorScheme = "light" } = {}) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, locale: "en-US" });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      page.on("pageerror", (error) => complaints.push(`${path}: ${error.message}`));
      page.on("console", (message) => {
        // Browsers complain of every answer that is no success; what pages do with them is tested by what they show.
        if (message.type() !== "error" || message.text().startsWith("Failed to load resource")) return;
        complaints.push(`${path}: ${message.text()}`);
      });
      await page.goto(app.url + path);
      return page;
    },
    closeWindows,
    async close() {
      await closeWindows();
      await browser.close();
      await app.close();
      expect(complaints).to.deep.equal([]);
    },
  };
}

/** Gives what axe finds wrong with a page as it is now: rule and element. */
export async function barriers(page: Page): Promise<string[]> {
  // Added through the debugger: the page's own policy lets nothing in.
  const source = await import("node:fs/promises").then(({ readFile }) => readFile(axe, "utf8"));
  await page.evaluate(source);
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return found.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes[0]?.html.slice(0, 300)}`);
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}
