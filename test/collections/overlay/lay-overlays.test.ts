import { expect } from "chai";
import { parse } from "yaml";
import { layOverlays } from "../../../src/collections/overlay/lay-overlays.js";
import { mergeFile } from "../../../src/collections/overlay/merge-file.js";
import type { Overlay } from "../../../src/core/overlay.js";

const FLOW = "flows/confirm.flow.yaml";
const base = `# How orders are confirmed
name: confirm
title: Confirm an order
on: { record: ecommerce/Order, events: [created] } # only new ones
steps:
  # the text
  - id: sms
    translate: order-to-sms
  - id: send
    call: twilio/send-message
    with: { to: =$steps.sms.phone, body: =$steps.sms.message }
`;
const mine = base
  .replace("title: Confirm an order", "title: Confirm, with a note")
  .replace("  - id: send\n", "  # ours: tell the office\n  - id: office\n    notify: An order came in\n  - id: send\n");
const theirs = base
  .replace("[created]", "[created, updated]")
  .replace("body: =$steps.sms.message", `body: '="Shop: " & $steps.sms.message'`);

function overlay(more: Partial<Overlay> = {}): Overlay {
  return { collection: "shop", file: FLOW, base, mine, changedAt: new Date(0), ...more };
}

describe("laying overlays", () => {
  it("runs our text while the collection's has not changed", () => {
    const laid = layOverlays({ [FLOW]: base, "README.md": "Shop" }, [overlay()]);
    expect(laid).to.deep.equal({
      files: { [FLOW]: mine, "README.md": "Shop" },
      overlays: [overlay()],
      merged: [],
      dissolved: [],
      conflicts: [],
    });
  });

  it("brings both changes together, with the comments of both", () => {
    const laid = layOverlays({ [FLOW]: theirs }, [overlay()]);
    const text = laid.files[FLOW] ?? "";
    expect(laid.merged).to.deep.equal([FLOW]);
    expect(laid.overlays).to.deep.equal([overlay({ base: theirs, mine: text })]);
    expect(parse(text)).to.deep.equal({
      name: "confirm",
      title: "Confirm, with a note",
      on: { record: "ecommerce/Order", events: ["created", "updated"] },
      steps: [
        { id: "sms", translate: "order-to-sms" },
        { id: "office", notify: "An order came in" },
        {
          id: "send",
          call: "twilio/send-message",
          with: { to: "=$steps.sms.phone", body: '="Shop: " & $steps.sms.message' },
        },
      ],
    });
    for (const comment of ["# How orders are confirmed", "# only new ones", "# the text", "# ours: tell the office"]) {
      expect(text).to.contain(comment);
    }
  });

  it("keeps what runs where both contradict each other, until somebody settles it", () => {
    const other = base.replace("title: Confirm an order", "title: Confirm each order");
    const laid = layOverlays({ [FLOW]: other }, [overlay()]);
    expect(parse(laid.files[FLOW] ?? "")).to.deep.equal(parse(mine));
    expect(laid.overlays).to.deep.equal([overlay()]);
    expect(laid.conflicts).to.deep.equal([
      {
        file: FLOW,
        places: [
          { place: "/title", base: "Confirm an order", mine: "Confirm, with a note", theirs: "Confirm each order" },
        ],
      },
    ]);
    const kept = layOverlays({ [FLOW]: other }, [overlay()], { [FLOW]: "mine" });
    expect(kept.conflicts).to.deep.equal([]);
    expect(parse(kept.files[FLOW] ?? "").title).to.equal("Confirm, with a note");
    const given = layOverlays({ [FLOW]: other }, [overlay()], { [FLOW]: "theirs" });
    expect(given).to.deep.equal({
      files: { [FLOW]: other },
      overlays: [],
      merged: [],
      dissolved: [FLOW],
      conflicts: [],
    });
  });

  it("gives a change up that somebody settles for the collection's text, contradiction or not", () => {
    const settled = { [FLOW]: "theirs" } as const;
    for (const text of [base, theirs]) {
      const laid = layOverlays({ [FLOW]: text }, [overlay()], settled);
      expect(laid).to.include({ files: laid.files }).and.to.have.deep.property("overlays", []);
      expect(laid.files).to.deep.equal({ [FLOW]: text });
    }
  });

  it("dissolves a change that the collection has made, too", () => {
    const laid = layOverlays({ [FLOW]: `${mine}# the same\n` }, [overlay()]);
    expect(laid.dissolved).to.deep.equal([FLOW]);
    expect(laid.overlays).to.deep.equal([]);
  });

  it("asks what to do with our change of a file that the collection no longer has", () => {
    const asked = layOverlays({}, [overlay()]);
    expect(asked.conflicts.map(({ file, places }) => [file, places.map(({ place }) => place)])).to.deep.equal([
      [FLOW, ["the whole file"]],
    ]);
    const kept = layOverlays({}, [overlay()], { [FLOW]: "mine" });
    expect(kept.overlays).to.deep.equal([overlay({ base: null })]);
    expect(layOverlays({}, kept.overlays).files).to.deep.equal({ [FLOW]: mine });
    expect(layOverlays({}, [overlay()], { [FLOW]: "theirs" }).files).to.deep.equal({});
  });

  it("merges translators by lines", () => {
    const file = "translators/order-to-sms.jsonata";
    const text = (greeting: string, sender: string): string =>
      `/* title: Order to SMS */\n{\n  "message": "${greeting}",\n  "phone": phone,\n  "from": ${sender}\n}\n`;
    const merged = mergeFile(file, {
      base: text("Hey", "$params.from"),
      mine: text("Hello", "$params.from"),
      theirs: text("Hey", "$params.sender"),
    });
    expect(merged).to.deep.equal({ text: text("Hello", "$params.sender"), conflicts: [] });
    const { conflicts } = mergeFile(file, {
      base: text("Hey", "$params.from"),
      mine: text("Hello", "$params.from"),
      theirs: text("Good day", "$params.from"),
    });
    expect(conflicts).to.deep.equal([
      {
        place: "line 3",
        base: '  "message": "Hey",',
        mine: '  "message": "Hello",',
        theirs: '  "message": "Good day",',
      },
    ]);
  });

  it("writes JSON as JSON", () => {
    const { text } = mergeFile("schemas/order.schema.json", {
      base: '{"required":["id"],"properties":{"id":{"type":"string"}}}',
      mine: '{"required":["id"],"properties":{"id":{"type":"string"},"note":{"type":"string"}}}',
      theirs: '{"required":["id","total"],"properties":{"id":{"type":"string"},"total":{"type":"number"}}}',
    });
    expect(JSON.parse(text)).to.deep.equal({
      required: ["id", "total"],
      properties: { id: { type: "string" }, total: { type: "number" }, note: { type: "string" } },
    });
  });
});
