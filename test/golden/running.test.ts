import { expect } from "chai";
import { toJunit } from "../../src/collections/golden-junit.js";
import { toReport } from "../../src/collections/golden-report.js";
import { toReportedTest } from "../../src/golden/report.js";
import { clinic } from "./clinic.js";
import { complaintsOf, preparedOf, resultsOf } from "./parts.js";

/** Runs one test of this text against the clinic, and gives what it complains about. */
async function complaints(test: string): Promise<readonly string[]> {
  return complaintsOf(await resultsOf(await preparedOf({ ...clinic, "tests/one.test.yaml": test })));
}

const pushed = "title: T\nactivate: [remind]\ngiven:\n  - { push: Visit, sample: visits }\n";

describe("running golden tests", () => {
  it("says nothing about a test that passes", async () => {
    const text = '{ to: "+12135550142", from: "+15005550006", body: "Dear Ann, see you soon.", status: delivered }';
    expect(await complaints(`${pushed}expect:\n  messages:\n    - ${text}\n`)).to.deep.equal([]);
  });

  it("gives expressions the clock that is moved, in every spelling", async () => {
    const files = {
      ...clinic,
      "translators/visit-to-text.jsonata": `/* title: Visit to text */
{ "to": patient.phone, "body": $now() & " " & $now("[Y]-[M01]", "+0200") & " " & $string($millis()) }
`,
      "tests/one.test.yaml": `title: T
activate: [remind]
now: "2026-01-31T23:00:00Z"
given:
  - { push: Visit, sample: visits }
  - { after: 1h }
  - { push: Visit, sample: visits, with: { id: V2 } }
expect:
  messages:
    - { body: 2026-01-31T23:00:00.000Z 2026-02 1769900400000 }
    - { body: 2026-02-01T00:00:00.000Z 2026-02 1769904000000 }
`,
    };
    expect(complaintsOf(await resultsOf(await preparedOf(files)))).to.deep.equal([]);
  });

  it("shows line by line how a message differs, and nothing that the test does not ask for", async () => {
    const expected = '{ to: { matches: "0142$" }, body: "Dear Bob, see you soon.", status: delivered }';
    expect(await complaints(`${pushed}expect:\n  messages:\n    - ${expected}\n`)).to.deep.equal([
      "T: messages: a message differs",
      '  to: "+12135550142"',
      "- body: Dear Bob, see you soon.",
      "+ body: Dear Ann, see you soon.",
      "  status: delivered",
    ]);
  });

  it("fails on a message that nobody expects, unless it may be any", async () => {
    const [first] = await complaints(`${pushed}expect: { messages: [] }\n`);
    expect(first).to.equal("T: messages: nobody expects this message");
    expect(await complaints(`${pushed}expect: { messages: any, runs: [{ flow: remind }] }\n`)).to.deep.equal([]);
  });

  it("fails on a message, a record, a notification, a run and a call that are not there", async () => {
    const found = await complaints(`title: T
expect:
  messages: [{ body: Hello }]
  records: [{ dataType: Visit, key: V1 }]
  notifications: [{ level: notice }]
  runs: [{ flow: remind }]
  calls: [{ endpoint: twilio/send-message }]
`);
    expect(found.filter((line) => line.startsWith("T:"))).to.deep.equal([
      "T: messages: a message is missing",
      "T: records: a record is missing",
      "T: notifications: a notification is missing",
      "T: runs: a run is missing",
      "T: calls: a call is missing",
    ]);
  });

  it("fails on an error that nobody expects, and on no notice", async () => {
    const without = `title: T
activate: [remind]
given:
  - { push: Visit, record: { id: V2, at: "2026-01-07T10:00:00Z", patient: { name: Bob, phone: nobody } } }
`;
    const [first] = await complaints(`${without}expect: { messages: [] }\n`);
    expect(first).to.equal("T: notifications: nobody expects this notification");
    const told = "{ messages: [], notifications: [{ level: error, flow: remind }] }";
    expect(await complaints(`${without}expect: ${told}\n`)).to.deep.equal([]);
  });

  it("fails on a record that has something else, and on one that should be gone", async () => {
    const differing = "{ messages: any, records: [{ dataType: Visit, key: V1, has: { patient: { name: Bob } } }] }";
    expect(await complaints(`${pushed}expect: ${differing}\n`)).to.deep.equal([
      "T: records: a record differs",
      "  dataType: clinic/Visit",
      "  key: V1",
      "  has:",
      "    patient:",
      "-     name: Bob",
      "+     name: Ann",
    ]);
    const [gone] = await complaints(`${pushed}expect: { messages: any, records: [{ dataType: Visit, gone: true }] }\n`);
    expect(gone).to.equal("T: records: a record is there that should not be");
  });

  it("says which step could not be done", async () => {
    const badly =
      "title: T\ngiven:\n  - { after: 1m }\n  - { push: Visit, record: { id: V2 } }\nexpect: { messages: [] }\n";
    const [problem] = await complaints(badly);
    expect(problem).to.match(
      /^T: given: step 2 \(push\) could not be done: the record was refused with RECORD_INVALID/,
    );
    expect(await complaints(badly.replace("{ push: Visit,", "{ push: Visit, refused: RECORD_INVALID,"))).to.deep.equal(
      [],
    );
    const [taken] = await complaints(
      `${pushed}  - { push: Visit, sample: visits, refused: RECORD_INVALID }\nexpect: { messages: any, runs: [{ flow: remind }] }\n`,
    );
    expect(taken).to.include("the record was taken, but RECORD_INVALID was expected");
    const [unheard] = await complaints("title: T\ngiven:\n  - { report: delivered }\nexpect: { messages: [] }\n");
    expect(unheard).to.include("there is no message that the vendor has");
  });

  it("reports what the vendor holds back only when the test says so", async () => {
    const held = pushed.replace("given:", "given:\n  - { vendor: holds }");
    const step = "  - { report: undelivered, error: 30003 }\n";
    const expected = (status: string): string => `expect:\n  messages: [{ status: ${status} }]\n  notifications: any\n`;
    expect(await complaints(held + expected("queued"))).to.deep.equal([]);
    expect(await complaints(held + step + expected("undelivered"))).to.deep.equal([]);
  });

  it("lets an operator retry, cancel and record consent", async () => {
    const refused = pushed.replace("given:", "given:\n  - { vendor: refuses, error: 21614 }");
    expect(
      await complaints(
        `${refused}  - { retry: remind }\nexpect: { messages: [{ status: delivered }], notifications: any }\n`,
      ),
    ).to.deep.equal([]);
    const out = pushed.replace("given:", 'given:\n  - { consent: opted-out, contact: "+12135550142" }');
    expect(await complaints(`${out}expect: { messages: [{ status: suppressed }] }\n`)).to.deep.equal([]);
  });

  it("says what is wrong with parameters", async () => {
    const [problem] = await complaints("title: T\nparameters: { colour: red }\nexpect: { messages: [] }\n");
    expect(problem).to.match(/^T: given: the test could not be run: .*colour.*\(PARAMETERS_INVALID\)$/);
  });

  it("calls nobody, by whatever address a collection brings", async () => {
    const files = {
      ...clinic,
      "collection.yaml":
        clinic["collection.yaml"]?.replace(
          "from: =$params.sender",
          "from: =$params.sender, apiUrl: 'https://api.example.com'",
        ) ?? "",
      "tests/one.test.yaml": `${pushed}expect: { messages: [{ status: delivered }] }\n`,
    };
    expect(complaintsOf(await resultsOf(await preparedOf(files)))).to.deep.equal([]);
  });

  it("writes what build servers read", async () => {
    const test = `${pushed.replace("title: T", "title: A <b> & a ]]>")}expect: { messages: [] }\n`;
    const results = await resultsOf(await preparedOf({ ...clinic, "tests/one.test.yaml": test }));
    const xml = toJunit(toReport({ name: "clinic", version: "1.0.0" }, results.map(toReportedTest), null));
    expect(xml).to.match(/<testsuite name="clinic" tests="1" failures="1" errors="0" time="\d+\.\d{3}">/);
    expect(xml).to.include('name="A &lt;b&gt; &amp; a ]]&gt;" classname="clinic" file="tests/one.test.yaml"');
    expect(xml).to.include('<failure message="nobody expects this message">').and.to.include("+ body: Dear Ann");
  });
});
