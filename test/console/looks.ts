import { expect } from "chai";
import { barriers, type TestConsole } from "./parts.js";

const looks = [
  { width: 1440, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const;

/** Looks at a page as people do who see it wide and light, or narrow and dark: nothing is in anybody's way. */
export async function expectNoBarriers(test: TestConsole, path: string): Promise<void> {
  for (const look of looks) {
    const page = await test.open(path, look);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.getByRole("main").getByRole("status").first().waitFor({ state: "hidden" });
    expect(await barriers(page), `${path}, ${look.width} wide`).to.deep.equal([]);
    const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
    expect(overflow, `${path}, ${look.width} wide: what sticks out`).to.equal(0);
    await page.context().close();
  }
}
