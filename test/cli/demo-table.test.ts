import { PassThrough } from "node:stream";
import { expect } from "chai";
import type { MessageView } from "../../src/api/contract/message.js";
import type { NotificationView } from "../../src/api/contract/notification.js";
import type { RunView } from "../../src/api/contract/run.js";
import type { Observation } from "../../src/cli/demo/observe.js";
import { isAsExpected, type PushedRecord, type Story, tellStory } from "../../src/cli/demo/story.js";
import { storyWidths } from "../../src/cli/demo/story-row.js";
import { createStoryTable } from "../../src/cli/demo/story-table.js";
import { createTerminal } from "../../src/cli/terminal.js";

const at = "2026-01-02T03:04:05.000Z";

function run(id: string, eventId: string, status: RunView["status"]): RunView {
  return {
    ...{
      id,
      eventId,
      status,
      flow: `twilio/${id}`,
      flowHash: "0",
      dataType: null,
      key: null,
      dueAt: null,
      attempts: 1,
    },
    ...{ parent: null, path: "", item: null, wait: null },
    ...{
      steps: [],
      failure: null,
      stopReason: null,
      lane: "transactional",
      earlier: [],
      depth: 0,
      createdAt: at,
      updatedAt: at,
      finishedAt: null,
    },
  };
}

function message(runId: string, status: MessageView["status"]): MessageView {
  return {
    ...{
      id: "msg_1",
      channel: "sms" as const,
      from: null,
      service: null,
      to: "+12135550142",
      body: "Welcome Joe!",
      segments: 1,
      encoding: "GSM-7",
      media: [],
    },
    ...{ effectId: "eff_1", runId, flow: "twilio/b", connection: "c", dataType: null, key: null, vendorId: null },
    ...{ status, errorCode: null, price: null, createdAt: at, updatedAt: at },
  };
}

function notification(runId: string | null, level: NotificationView["level"], eventId = "evt_1"): NotificationView {
  return {
    ...{
      id: `ntf_${level}`,
      level,
      state: "new" as const,
      title: "Welcome: done",
      cause: null,
      remedy: null,
      code: null,
    },
    ...{ fingerprint: "", flow: null, runId, eventId, messageId: null, dataType: null, key: null, retries: 0 },
    ...{ request: null, response: null, createdAt: at, updatedAt: at },
  };
}

const pushed: PushedRecord = {
  dataType: "ecommerce/Customer",
  document: { id: "C1" },
  expected: "text",
  accepted: {
    ...{ verdict: "created" as const, dataType: "ecommerce/Customer", key: "C1", version: 1, eventId: "evt_1" },
    ...{ quarantineId: null, problems: [] },
    decisions: [
      { flow: "twilio/a", verdict: "fired", reason: "", runId: "run_a" },
      { flow: "twilio/x", verdict: "inactive", reason: "", runId: null },
    ],
  },
};
const causes = new Map([
  ["evt_1", null],
  ["evt_2", "run_a"],
  ["evt_3", "run_other"],
]);

function tell(observed: Partial<Observation>): Story {
  return tellStory(pushed, { runs: [], messages: [], notifications: [], causes, ...observed });
}

describe("the story of a record", () => {
  const chain = [
    run("run_c", "evt_3", "failed"),
    run("run_b", "evt_2", "succeeded"),
    run("run_a", "evt_1", "succeeded"),
  ];

  it("follows the runs that its runs caused, and no others", () => {
    const story = tell({ runs: chain, messages: [message("run_b", "delivered"), message("run_c", "queued")] });
    expect(story.runs.map(({ id }) => id)).to.deep.equal(["run_a", "run_b"]);
    expect(story.messages.map(({ runId }) => runId)).to.deep.equal(["run_b"]);
    expect(story.final).to.equal(true);
  });

  it("is not over while a run it started has not been seen, is under way, or a text is", () => {
    expect(tell({}).final).to.equal(false);
    expect(tell({ runs: [run("run_a", "evt_1", "running")] }).final).to.equal(false);
    expect(tell({ runs: chain, messages: [message("run_b", "queued")] }).final).to.equal(false);
  });

  it("has the most severe notification first, those without a run too", () => {
    const notifications = [
      notification("run_a", "info"),
      notification(null, "error"),
      notification("run_c", "notice", "evt_3"),
    ];
    const { notifications: own } = tell({ notifications });
    expect(own.map(({ level }) => level)).to.deep.equal(["error", "info"]);
  });

  it("is as expected only when exactly one text was delivered", () => {
    expect(isAsExpected(tell({ runs: chain, messages: [message("run_b", "delivered")] }))).to.equal(true);
    expect(isAsExpected(tell({ runs: chain, messages: [message("run_b", "undelivered")] }))).to.equal(false);
    expect(isAsExpected(tell({ runs: chain }))).to.equal(false);
    const twice = [message("run_a", "delivered"), message("run_b", "delivered")];
    expect(isAsExpected(tell({ runs: chain, messages: twice }))).to.equal(false);
  });
});

describe("the demo's table", () => {
  const going = tell({ runs: [run("run_a", "evt_1", "running")] });
  const over = tell({ runs: [run("run_a", "evt_1", "succeeded")], messages: [message("run_a", "delivered")] });
  const titles = new Map([["twilio/run_a", "Welcome"]]);

  function open(isTTY: boolean) {
    const stdout = Object.assign(new PassThrough(), { isTTY, columns: 100 });
    const terminal = createTerminal({ stdin: new PassThrough(), stdout, stderr: new PassThrough() }, { json: false });
    return { table: createStoryTable(terminal, titles), written: () => String(stdout.read() ?? "") };
  }

  it("changes lines in place on a terminal", () => {
    const { table, written } = open(true);
    table.update([going]);
    expect(written()).to.not.include("\u001b[2A");
    table.update([over]);
    const second = written();
    expect(second.startsWith("\u001b[2A")).to.equal(true);
    expect(second).to.include("Customer C1").and.include("Welcome").and.include("delivered");
  });

  it("writes a line elsewhere once, when its story is over", () => {
    const { table, written } = open(false);
    table.update([going]);
    expect(written()).to.equal("");
    table.update([over]);
    table.update([over]);
    const lines = written().trimEnd().split("\n");
    expect(lines).to.have.lengthOf(2);
    expect(lines[0]).to.match(/^RECORD +FLOW +TO +TEXT +DELIVERY +NOTIFICATION$/);
    expect(lines[1]).to.match(/^Customer C1 +Welcome +\+12135550142 +Welcome Joe! +delivered$/);
  });

  it("shows at the end what did not end in time", () => {
    const { table, written } = open(false);
    table.end([going]);
    expect(written()).to.match(/^Customer C1 +Welcome +…$/m);
  });

  it("fits its columns into the terminal as far as they can shrink", () => {
    const sum = (widths: readonly number[]): number => widths.reduce((total, width) => total + width + 2, -2);
    for (const available of [100, 120, 150]) expect(sum(storyWidths(available))).to.be.at.most(available);
    expect(storyWidths(1_000)).to.deep.equal(storyWidths(500));
  });
});
