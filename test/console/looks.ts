import { expect } from "chai";
import { barriers, type TestConsole } from "./parts.js";

const looks = [
  { width: 1440, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const;

/** Performed in the page: until it is drawn as it now looks, with every transition ended. */
const settled = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() =>
  Promise.allSettled(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished)))`;

/** Looks at a page as people do who see it wide and light, or narrow and dark: nothing is in anybody's way. */
export async function expectNoBarriers(test: TestConsole, path: string): Promise<void> {
  const page = await test.open(path, looks[0]);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByRole("main").getByRole("status").first().waitFor({ state: "hidden" });
  for (const { width, colorScheme } of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
    await page.evaluate(settled);
    expect(await barriers(page), `${path}, ${width} wide`).to.deep.equal([]);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect(overflow, `${path}, ${width} wide: what sticks out`).to.equal(0);
  }
  await page.context().close();
}
