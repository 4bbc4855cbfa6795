import { expect } from "chai";
import type { TestOrder } from "../../src/collections/workshop.js";
import { readConfig } from "../../src/config/config.js";
import { openWorkshop } from "../../src/workshop/open-workshop.js";
import type { JobLimits } from "../../src/workshop/run-job.js";
import { clinic } from "../golden/clinic.js";
import { rejection } from "./rejection.js";

const never = new AbortController().signal;
const generous: JobLimits = { timeoutMs: 60_000, heapMb: 256, memoryMb: 768 };

const quick = `title: A visit is reminded of
activate: [remind]
given:
  - { push: Visit, sample: visits }
expect:
  messages: any
  runs: [{ flow: remind, status: succeeded }]
`;
/** Each visit costs a second, and there are as many as a file may have. */
const endless = `title: A visit takes long
activate: [remind]
given:
${'  - { push: Visit, sample: visits, with: { id: "$" } }\n'.repeat(90).replaceAll("$", () => `V${Math.random()}`)}
expect:
  messages: any
  runs: [{ flow: remind, status: succeeded }]
`;
const looping = `/* title: Visit to text */
( $forever := function($n) { $forever($n + 1) }; id = "V1" ? { "to": patient.phone, "body": "Hello" } : $forever(0) )
`;
const hostile = {
  ...clinic,
  "translators/visit-to-text.jsonata": looping,
  "tests/a-quick.test.yaml": quick,
  "tests/b-endless.test.yaml": endless,
  "tests/c-never.test.yaml": quick,
};
/** Keeps copies of a long text. */
const hungry = {
  ...clinic,
  "translators/visit-to-text.jsonata": `/* title: Visit to text */ { "id": id, "at": at, "patient": { "name": $pad("", 900000, "x") } }`,
  "flows/remind.flow.yaml": `name: remind
title: Remind
on: { record: Visit, events: [created] }
steps:
  - id: each
    each: =[1..1000]
    steps:
      - { id: text, translate: visit-to-text }
      - { id: keep, save: Visit, with: '=$merge([$steps.text, { "id": "C" & $item }])' }
`,
  "tests/hungry.test.yaml": quick,
};

function orderOf(files: TestOrder["files"]): TestOrder {
  return { files, installed: [], only: undefined, fuzz: null, shared: false };
}

describe("the workshop", () => {
  it("ends tests that take too long, and reports what was finished and what was not", async () => {
    const workshop = openWorkshop(readConfig({}), { ...generous, timeoutMs: 20_000 });
    const { report } = await workshop.test(orderOf(hostile), never);
    const [first, second, third] = report.tests;
    expect(first).to.include({ name: "a-quick", passed: true });
    expect(second?.mismatches[0]?.problem).to.match(/^it did not come to its end: all of it together may take 20 s$/);
    expect(third?.mismatches[0]?.problem).to.match(/^it was not begun/);
    expect(report).to.include({ passed: 1, failed: 2 });
    await workshop.close();
  });

  it("ends what needs too much memory, wherever that memory is", async () => {
    const workshop = openWorkshop(readConfig({}), { ...generous, memoryMb: 300 });
    const { report } = await workshop.test(orderOf(hungry), never);
    expect(report.tests[0]?.mismatches[0]?.problem).to.include("it needs more memory than the 300 MB");
    await workshop.close();
  });

  it("gives up a collection that cannot even be read in time", async () => {
    const workshop = openWorkshop(readConfig({}), { ...generous, timeoutMs: 1 });
    expect(await rejection(workshop.test(orderOf(hostile), never))).to.include({ code: "COLLECTION_TOO_COSTLY" });
    await workshop.close();
  });

  it("lets go of a test that nobody waits for, and takes up the next", async () => {
    const workshop = openWorkshop(readConfig({}), generous);
    const caller = new AbortController();
    const left = rejection(workshop.test(orderOf(hostile), caller.signal));
    const files = { ...clinic, "tests/quick.test.yaml": quick };
    const next = workshop.test(orderOf(files), never);
    caller.abort();
    expect(await left).to.include({ code: "SERVER_STOPPING" });
    expect((await next).report).to.include({ passed: 1 });
    await workshop.close();
  });

  it("turns away more than may wait, and ends everything when it is closed", async () => {
    const workshop = openWorkshop(readConfig({}), generous);
    const waiting = Array.from({ length: 9 }, () => rejection(workshop.test(orderOf(hostile), never)));
    expect(await rejection(workshop.test(orderOf(hostile), never))).to.include({ code: "SERVER_OVERLOADED" });
    await workshop.close();
    for (const one of await Promise.all(waiting)) expect(one).to.include({ code: "SERVER_STOPPING" });
    expect(await rejection(workshop.test(orderOf(hostile), never))).to.include({ code: "SERVER_STOPPING" });
  });
});
