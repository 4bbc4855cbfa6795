import { expect } from "chai";
import { readCollection } from "../../src/collections/read-collection.js";
import type { Step, Trigger } from "../../src/core/flow.js";
import { defaultRetryPolicy } from "../../src/core/retry-policy.js";
import { readingContext } from "./parts.js";

const files = {
  "collection.yaml": `
name: shop
version: 1.0.0
title: Shop
summary: A shop.
parameters: { type: object, properties: { sid: { type: string }, token: { type: string, writeOnly: true } } }
connections: [{ name: account, connector: twilio, settings: { accountSid: =$params.sid, authToken: =$params.token } }]
`,
  "schemas/order.schema.yaml": "$id: shop/Order\ntype: object\nx-key: [id]\nproperties: { id: { type: string } }\n",
  "flows/other.flow.yaml": "name: other\ntitle: Other\non: { manual: true }\nsteps: [{ id: b, stop: done }]\n",
};

const recordTrigger = "{ record: Order }";

async function read(on: string, steps: string): Promise<{ on: Trigger; steps: readonly Step[] }> {
  const text = `name: f\ntitle: Test\non: ${on}\nsteps:\n${steps}`;
  const { collection, problems } = readCollection({ ...files, "flows/f.flow.yaml": text }, await readingContext());
  expect(problems).to.deep.equal([]);
  const flow = collection?.flows.find(({ name }) => name === "shop/f");
  if (!flow) throw new Error("the flow was not read");
  return flow;
}

async function readTrigger(on: string): Promise<Trigger> {
  return (await read(on, "  - { id: b, stop: done }\n")).on;
}

async function readSteps(steps: string): Promise<readonly Step[]> {
  return (await read(recordTrigger, steps)).steps;
}

const base = { when: null, onError: "fail" } as const;
const stop = (id: string): Step => ({ ...base, id, kind: "stop", reason: "done", level: "notice" });

describe("a flow's trigger", () => {
  it("may be a schedule, whose missed times fire once unless it says otherwise", async () => {
    const schedule = { kind: "schedule", cron: "0 9 * * mon-fri", timeZone: "Europe/Berlin", when: null };
    expect(await readTrigger('{ schedule: "0 9 * * mon-fri", timeZone: Europe/Berlin }')).to.deep.equal({
      ...schedule,
      missed: "once",
    });
    for (const missed of ["skip", "once", "all"]) {
      const on = await readTrigger(`{ schedule: "0 9 * * mon-fri", timeZone: Europe/Berlin, missed: ${missed} }`);
      expect(on).to.deep.equal({ ...schedule, missed });
    }
  });

  it("may be a message that was received, by any connection or by one", async () => {
    const received = { kind: "received", connection: null, when: null };
    expect(await readTrigger("{ message: received }")).to.deep.equal(received);
    for (const connection of ["account", "shop/account"]) {
      expect(await readTrigger(`{ message: received, connection: ${connection}, when: "body = 'YES'" }`)).to.deep.equal(
        {
          ...received,
          connection: "shop/account",
          when: "body = 'YES'",
        },
      );
    }
  });

  it("may be a silence", async () => {
    const silence = { kind: "silence", dataType: "shop/Order", forMs: 1_800_000, when: null };
    expect(await readTrigger("{ silence: Order, for: 30m }")).to.deep.equal(silence);
    expect(await readTrigger("{ silence: shop/Order, for: 30m }")).to.deep.equal(silence);
  });

  it("may be a notification, with a condition or without", async () => {
    expect(await readTrigger("{ notification: [error] }")).to.deep.equal({
      kind: "notification",
      levels: ["error"],
      per: "issue",
      when: null,
    });
    expect(await readTrigger(`{ notification: [warning, error], when: "code = 'PHONE_INVALID'" }`)).to.deep.equal({
      kind: "notification",
      levels: ["warning", "error"],
      per: "issue",
      when: "code = 'PHONE_INVALID'",
    });
  });

  it("may be every notification, or one of each issue", async () => {
    expect(await readTrigger("{ notification: [error], per: notification }")).to.include({ per: "notification" });
    expect(await readTrigger("{ notification: [error], per: issue }")).to.include({ per: "issue" });
  });

  it("may be nothing but somebody who asks", async () => {
    expect(await readTrigger("{ manual: true }")).to.deep.equal({ kind: "manual", when: null });
  });
});

describe("a flow's steps", () => {
  it("choose between branches, with an else, an empty one or none", async () => {
    const branches = [
      { when: "status = 'paid'", steps: [stop("a")] },
      { when: "status = 'new'", steps: [] },
    ];
    const choose = `choose: [{ when: "status = 'paid'", steps: [{ id: a, stop: done }] }, { when: "status = 'new'", steps: [] }]`;
    const variants: [string, readonly Step[] | null][] = [
      ["", null],
      [", else: []", []],
      [", else: [{ id: b, stop: done }]", [stop("b")]],
    ];
    for (const [rest, otherwise] of variants) {
      expect(await readSteps(`  - { id: which, ${choose}${rest} }\n`)).to.deep.equal([
        { ...base, id: "which", kind: "choose", branches, otherwise },
      ]);
    }
  });

  it("go through lists, from an expression or a template", async () => {
    const variants: [string, unknown][] = [
      ['"=line_items"', "=line_items"],
      ['[1, "=two"]', [1, "=two"]],
    ];
    for (const [written, items] of variants) {
      const each = `  - { id: lines, each: ${written}, steps: [{ id: a, stop: done }], onError: continue }\n`;
      expect(await readSteps(each)).to.deep.equal([
        { id: "lines", when: null, onError: "continue", kind: "each", items, steps: [stop("a")] },
      ]);
    }
  });

  it("wait for a time, in every unit", async () => {
    const durations: [string, number][] = [
      ["500ms", 500],
      ["90s", 90_000],
      ["30m", 1_800_000],
      ["2h", 7_200_000],
      ["366d", 31_622_400_000],
    ];
    for (const [written, ms] of durations) {
      expect(await readSteps(`  - { id: pause, wait: { for: ${written} } }\n`), written).to.deep.equal([
        { ...base, id: "pause", kind: "wait", awaited: { kind: "time", ms }, timeoutMs: null, cancelIf: null },
      ]);
    }
  });

  it("wait for an instant, and are cancelled by a condition", async () => {
    const steps = `  - { id: at, wait: { until: "=deliver_at" }, cancelIf: "status = 'cancelled'", when: "true" }
  - { id: day, wait: { until: "2026-12-24T09:00:00+01:00" } }\n`;
    const wait = { onError: "fail", kind: "wait", timeoutMs: null } as const;
    expect(await readSteps(steps)).to.deep.equal([
      {
        ...wait,
        id: "at",
        when: "true",
        awaited: { kind: "instant", at: "=deliver_at" },
        cancelIf: "status = 'cancelled'",
      },
      {
        ...wait,
        id: "day",
        when: null,
        awaited: { kind: "instant", at: "2026-12-24T09:00:00+01:00" },
        cancelIf: null,
      },
    ]);
  });

  it("wait for a message of an earlier call, which may be around their list", async () => {
    const call = "{ id: send, call: twilio/send-message, connection: account, with: { to: =phone } }";
    const wait = "{ id: delivered, wait: { message: send, statuses: [delivered, failed], timeout: 1d } }";
    const delivered = {
      ...base,
      id: "delivered",
      kind: "wait",
      awaited: { kind: "message", stepId: "send", statuses: ["delivered", "failed"] },
      timeoutMs: 86_400_000,
      cancelIf: null,
    };
    expect((await readSteps(`  - ${call}\n  - ${wait}\n`))[1]).to.deep.equal(delivered);
    const nested = await readSteps(`  - ${call}\n  - { id: c, choose: [{ when: "true", steps: [${wait}] }] }\n`);
    expect(nested[1]).to.deep.include({ branches: [{ when: "true", steps: [delivered] }] });
  });

  it("wait for a reply to the message of an earlier call", async () => {
    const call = "{ id: send, call: twilio/send-message, connection: account, with: { to: =phone } }";
    const steps = `  - ${call}
  - { id: any, wait: { reply: send, timeout: 1d } }
  - { id: yes, wait: { reply: send, when: "body = 'YES'", timeout: 90s } }\n`;
    const wait = { ...base, kind: "wait", cancelIf: null } as const;
    expect((await readSteps(steps)).slice(1)).to.deep.equal([
      { ...wait, id: "any", awaited: { kind: "reply", stepId: "send", when: null }, timeoutMs: 86_400_000 },
      { ...wait, id: "yes", awaited: { kind: "reply", stepId: "send", when: "body = 'YES'" }, timeoutMs: 90_000 },
    ]);
  });

  it("wait for a record, with a condition or without", async () => {
    const steps = `  - { id: paid, wait: { record: Order, key: "=id", when: "status = 'paid'", timeout: 3d } }
  - { id: any, wait: { record: shop/Order, key: R1, timeout: 90s } }\n`;
    const wait = { ...base, kind: "wait", cancelIf: null } as const;
    const order = { kind: "record", dataType: "shop/Order" } as const;
    expect(await readSteps(steps)).to.deep.equal([
      { ...wait, id: "paid", awaited: { ...order, key: "=id", when: "status = 'paid'" }, timeoutMs: 259_200_000 },
      { ...wait, id: "any", awaited: { ...order, key: "R1", when: null }, timeoutMs: 90_000 },
    ]);
  });

  it("start other flows", async () => {
    expect(
      await readSteps(
        "  - { id: a, start: other, with: { n: 1 } }\n  - { id: b, start: shop/other, with: '=$record' }\n",
      ),
    ).to.deep.equal([
      { ...base, id: "a", kind: "start", flow: "shop/other", with: { n: 1 } },
      { ...base, id: "b", kind: "start", flow: "shop/other", with: "=$record" },
    ]);
  });

  it("try calls again until a deadline, an hour unless they say otherwise", async () => {
    const call = (retry: string) => `  - { id: a, call: twilio/send-message, connection: account, with: {}${retry} }\n`;
    expect((await readSteps(call("")))[0]).to.deep.include({ retry: defaultRetryPolicy });
    expect((await readSteps(call(", retry: { deadlineMs: 60000 }")))[0]).to.deep.include({
      retry: { ...defaultRetryPolicy, deadlineMs: 60_000 },
    });
  });

  it("nest five deep", async () => {
    const each = (depth: number): string =>
      depth === 5 ? "{ id: s5, stop: done }" : `{ id: s${depth}, each: "=x", steps: [${each(depth + 1)}] }`;
    expect((await readSteps(`  - ${each(1)}\n`))[0]?.kind).to.equal("each");
  });

  it("read results of the steps before them, in the lists around them and in branches that are over", async () => {
    await readSteps(`
  - { id: first, notify: Hello }
  - id: which
    choose:
      - { when: $exists($steps.first), steps: [{ id: inner, notify: "=$steps.first" }, { id: second, notify: "=$steps.inner" }] }
    else: [{ id: none, notify: "=$steps.first" }]
  - id: lines
    each: =$steps.which.x
    steps: [{ id: line, notify: "=$steps.inner & $steps.none & $item & $string($index)" }, { id: more, notify: "=$steps.line" }]
  - { id: last, notify: "=$steps.second & $steps.none & $steps.lines.total" }
`);
  });

  it("name variables of their own $item and $index outside of each", async () => {
    for (const expression of [
      "$map(lines, function($item, $index) { $item.n + $index })",
      "($item := 1; $item)",
      "lines#$index[$index = 0]",
      "lines@$item.$item",
      "$items & $item2 & $indexes",
      "'$item' & \\\"$index\\\" & `$item`",
    ]) {
      await readSteps(`  - { id: a, notify: "=${expression}" }\n`);
    }
  });

  it("take == for a text that begins with =", async () => {
    expect((await readSteps('  - { id: a, notify: "==) no expression (" }\n'))[0]).to.include({
      title: "==) no expression (",
    });
  });
});
