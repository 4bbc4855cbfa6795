/** Lets other work go on until the condition holds; fails after a bounded number of turns. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 50_000; turn++) {
    if (condition()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`this never came true: ${condition}`);
}
