import { expect } from "chai";
import { withClocks } from "../../src/console/parts/clocks.js";

describe("Instants in texts of the server", () => {
  it("are shown as they stand on the viewer's clock, and the text around them stays", () => {
    const shown = withClocks("the end of quiet hours, at 2026-07-01T22:30:00.000Z", "Asia/Tokyo");
    expect(shown).to.match(/^the end of quiet hours, at .*7:30:00/);
    expect(shown).not.to.contain("T22:30");
  });

  it("are left alone where there are none", () => {
    expect(withClocks("its turn: run_2026-07 comes first")).to.equal("its turn: run_2026-07 comes first");
  });
});
