import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { packagePath } from "../../src/config/package-root.js";
import { changedAt, valueAt, withItem, withoutItem } from "../../src/console/writing/json-path.js";
import { insertItem, moveItem, removeItem, setIn } from "../../src/console/writing/yaml-edit.js";
import type { Json, JsonObject } from "../../src/core/json.js";

const flow = `# Greets
name: greet   # as the file
title: Greet the customer
on: { record: Order, events: [created] }
steps:
  # Nobody is called without a number.
  - id: noPhone
    when: $not($exists(phone))
    stop: ="No number of " & id # said
  - { id: sms, translate: order-to-sms }

  # The text itself.
  - id: send
    call: twilio/send-message
    connection: account
    with:
      to: =$steps.sms.phone
      body: >-
        =$steps.sms.message
`;

describe("Edits of a flow's text", () => {
  it("change one value and leave every other character", () => {
    expect(setIn(flow, ["title"], "Say hello")).to.equal(flow.replace("Greet the customer", "Say hello"));
    expect(setIn(flow, ["steps", 0, "stop"], "=1")).to.equal(flow.replace('="No number of " & id', "=1"));
    expect(setIn(flow, ["steps", 1, "translate"], "x, y")).to.equal(flow.replace("order-to-sms", '"x, y"'));
    expect(setIn(flow, ["on", "events"], ["updated"])).to.equal(flow.replace("[created]", "[ updated ]"));
  });

  it("put a new member to its place, and take one away with nothing else", () => {
    expect(setIn(flow, ["steps", 2, "when"], "true")).to.equal(
      flow.replace("- id: send\n", "- id: send\n    when: true\n".replace("true", '"true"')),
    );
    expect(setIn(flow, ["steps", 1, "onError"], "continue")).to.equal(
      flow.replace("order-to-sms }", "order-to-sms, onError: continue }"),
    );
    expect(setIn(flow, ["steps", 0, "when"], undefined)).to.equal(flow.replace("    when: $not($exists(phone))\n", ""));
    expect(setIn(flow, ["steps", 2, "with", "from"], "+1555")).to.include("=$steps.sms.message\n      from: ");
  });

  it("insert, take out and move steps with their comments", () => {
    const step = { id: "tell", notify: "Sent" };
    expect(insertItem(flow, ["steps"], { index: 1, value: step })).to.equal(
      flow.replace("  - { id: sms", "  - id: tell\n    notify: Sent\n  - { id: sms"),
    );
    expect(insertItem(flow, ["steps"], { index: 3, value: step })).to.equal(`${flow}  - id: tell\n    notify: Sent\n`);
    const moved = moveItem(flow, { list: ["steps"], index: 2 }, { list: ["steps"], index: 1 });
    expect(moved).to.include("# The text itself.\n  - id: send");
    expect(moved.indexOf("# The text")).to.be.below(moved.indexOf("id: sms,"));
    expect(removeItem(flow, ["steps"], 1)).to.equal(flow.replace("  - { id: sms, translate: order-to-sms }\n\n", ""));
  });

  it("write a list that becomes empty, or was", () => {
    const one = "steps:\n  - id: a\n    choose: []\n";
    expect(parse(removeItem(one, ["steps"], 0))).to.deep.equal({ steps: [] });
    expect(parse(insertItem(one, ["steps", 0, "else"], { index: 0, value: { id: "b" } }))).to.deep.equal({
      steps: [{ id: "a", choose: [], else: [{ id: "b" }] }],
    });
  });

  it("of files in JSON are JSON", () => {
    expect(JSON.parse(setIn('{ "name": "a", "steps": [] }', ["name"], "b"))).to.deep.equal({ name: "b", steps: [] });
  });

  it("say what was wanted and leave the rest alone, whatever is changed in the flows that ship", async () => {
    const random = seeded(7);
    for (const { file, text } of await shippedFlows()) {
      let now = text;
      for (let round = 0; round < 12; round++) {
        const { edited, wanted } = change(now, random);
        expect(parse(edited), `${file}, round ${round}:\n${now}`).to.deep.equal(wanted);
        now = edited;
      }
      expect(headOf(now), file).to.equal(headOf(text));
    }
  });
});

async function shippedFlows(): Promise<{ file: string; text: string }[]> {
  const folder = packagePath("collections");
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".flow.yaml"));
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(join(folder, file), "utf8") })));
}

/** What is above the steps, but for the title: nobody has touched it. */
function headOf(text: string): string {
  const head = text.slice(0, text.indexOf("\nsteps:"));
  return head.replace(/^title: (?:\|-\n(?: .*\n)+|.*\n)/m, "");
}

function change(text: string, random: (below: number) => number): { edited: string; wanted: Json } {
  const value = parse(text) as JsonObject;
  const steps = value.steps as JsonObject[];
  const index = random(steps.length);
  const list = ["steps"];
  const kind = random(5);
  const text0 = ['=a & ": " & b', "plain", "- dash", "two\nlines", "=x[0].y, {z}"][random(5)] ?? "";
  if (kind === 0) return { edited: setIn(text, ["title"], text0), wanted: { ...value, title: text0 } };
  if (kind === 1) {
    const path = ["steps", index, "when"];
    return { edited: setIn(text, path, text0), wanted: changedAt(value, path, text0) ?? null };
  }
  if (kind === 2) {
    const step = { id: `new${steps.length}`, call: "a/b", with: { to: text0 } };
    const wanted = changedAt(value, list, withItem(steps, index, step)) ?? null;
    return { edited: insertItem(text, list, { index, value: step }), wanted };
  }
  const to = random(steps.length);
  const moved = withItem(withoutItem(steps, index), to, valueAt(value, [...list, index]) ?? null);
  if (kind === 3)
    return { edited: moveItem(text, { list, index }, { list, index: to }), wanted: { ...value, steps: moved } };
  const path = ["steps", index, "onError"];
  const gone = steps[index]?.onError === undefined ? "continue" : undefined;
  return { edited: setIn(text, path, gone), wanted: changedAt(value, path, gone) ?? null };
}

/** Numbers that are the same in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}
