import { expect } from "chai";
import { type PostgresServer, perform, startPostgresServer } from "../../../testing/postgres-server.js";
import { filesIn, type Straw } from "./haystack.js";
import { findMarks, type Mark, personal, secrets } from "./marks.js";
import { type Haystack, tellStory } from "./story.js";

const found = (straws: readonly Straw[], marks: Readonly<Record<string, Mark>>): string[] =>
  straws.flatMap(({ place, text }) => findMarks(text, marks).map((what) => `${place}: ${what}`));

function canary(open: () => Promise<Haystack>, peopleIn: (hay: Haystack) => readonly Straw[]): void {
  let hay: Haystack;
  before(async function () {
    this.timeout(120_000);
    hay = await open();
  });

  it("goes all the ways it should: orders, replies, failures, refusals", () => {
    const everything = hay.tables.map(({ text }) => text).join("\n");
    const people = peopleIn(hay).map(({ text }) => text);
    expect(findMarks(people.join("\n"), personal)).to.have.lengthOf(Object.keys(personal).length);
    for (const code of ["TRANSLATOR_FAILED", "TRANSLATOR_TIMED_OUT", "ENDPOINT_REFUSED", "RECORD_INVALID"])
      expect(everything).to.include(code);
    expect(hay.problems.length).to.be.greaterThan(30);
    expect(hay.logs.split("\n").length).to.be.greaterThan(100);
    expect(hay.printed.map(({ text }) => text.slice(0, 1)).join("")).to.match(/^0{10}/);
  });
  it("leaves no secret in any table", () => {
    expect(found(hay.tables, secrets)).to.deep.equal([]);
  });
  it("leaves no secret in any file, backup and package included", () => {
    expect(hay.files.length).to.be.greaterThan(0);
    expect(found(hay.files, secrets)).to.deep.equal([]);
  });
  it("leaves no secret in any answer", () => {
    expect(found(hay.answers, secrets)).to.deep.equal([]);
  });
  it("leaves no secret in what commands print", () => {
    expect(found(hay.printed, secrets)).to.deep.equal([]);
  });
  it("leaves neither secrets nor personal data in any log line", () => {
    expect(findMarks(hay.logs, { ...secrets, ...personal })).to.deep.equal([]);
  });
  it("leaves no personal data in problem documents but those that answer somebody's trial of a translator", () => {
    const others = hay.problems.filter(({ place }) => !/^POST \S+\/try /.test(place));
    expect(found(others, personal)).to.deep.equal([]);
  });
  it("shows nobody to who may not see people, whichever address is asked", () => {
    expect(found(hay.masked, { ...secrets, ...personal })).to.deep.equal([]);
    expect(hay.masked.filter(({ place }) => / 200$/.test(place)).length).to.be.greaterThan(60);
    expect(hay.masked.map(({ text }) => text).join("\n")).to.include("+1415•••7391");
  });
  it("leaves neither in the audit log, which says all the same what was done", () => {
    const audit = hay.tables.filter(({ place }) => place === "table audit_entries");
    expect(found(audit, { ...secrets, ...personal })).to.deep.equal([]);
    for (const act of ["install-collection", "retry-run", "export-consent", "switch-flow"]) {
      expect(audit[0]?.text).to.include(act);
    }
  });
  it("leaves neither in addresses that are called", () => {
    expect(found(hay.addresses, { ...secrets, ...personal })).to.deep.equal([]);
  });
}

/** People are in the database, or they are sealed there: then nobody is found in it, and the answers have them all the same. */
function inTheClear(open: () => Promise<Haystack>): void {
  canary(open, (hay) => hay.tables);
}

function sealedCanary(open: () => Promise<Haystack>): void {
  let hay: Haystack;
  canary(
    async () => {
      hay = await open();
      return hay;
    },
    ({ answers }) => answers,
  );

  it("leaves nobody in any table", () => {
    expect(found(hay.tables, personal)).to.deep.equal([]);
  });
  it("leaves nobody in any file: the database, its free space, its log, the backup", () => {
    expect(hay.files.map(({ place }) => place).join("\n")).to.include("marked.backup");
    expect(found(hay.files, personal)).to.deep.equal([]);
  });
}

describe("a canary through everything, on SQLite", () => {
  inTheClear(() => tellStory({ databaseUrl: null, sealed: false }));
});

describe("a canary through everything, on PostgreSQL", () => {
  let server: PostgresServer;
  after(() => server[Symbol.asyncDispose]());
  inTheClear(async () => {
    server = await startPostgresServer();
    return tellStory({ databaseUrl: await server.createDatabase(), sealed: false });
  });
});

describe("a canary through everything, on SQLite with people sealed", () => {
  sealedCanary(() => tellStory({ databaseUrl: null, sealed: true }));
});

describe("a canary through everything, on PostgreSQL with people sealed", () => {
  let server: PostgresServer;
  let said = "";
  after(() => server[Symbol.asyncDispose]());
  sealedCanary(async () => {
    const onLog = (text: Buffer): void => {
      said += text.toString();
    };
    server = await startPostgresServer({
      onLog,
      settings: ["log_statement=mod", "log_parameter_max_length=-1"],
    });
    const databaseUrl = await server.createDatabase();
    const hay = await tellStory({ databaseUrl, sealed: true });
    await perform(databaseUrl, "CHECKPOINT");
    await server.stop("fast");
    return { ...hay, files: [...hay.files, ...(await filesIn(server.folder))] };
  });

  it("leaves nobody in the server's log, though it has every statement that writes, with its values", () => {
    expect(said).to.include("INSERT INTO events");
    expect(findMarks(said, personal)).to.deep.equal([]);
  });
});
