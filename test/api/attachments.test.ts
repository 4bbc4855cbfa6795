import { expect } from "chai";
import { sampleAttachment } from "../store/samples.js";
import { openTestApi, type TestApi } from "./open-test-api.js";

const base = "/api/v1/attachments";
const content = Buffer.from([0x89, 0x50, 0, 0xff]);

describe("attachments over HTTP", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
    const kept = { state: "kept", bytes: content.length, sha256: "ab", dueAt: null } as const;
    const failure = { code: "ENDPOINT_UNREACHABLE", message: "the vendor is away", remedy: "wait" } as const;
    api.parts.memory.attachments.push(
      sampleAttachment({ ...kept, id: "att_1", contentType: "image/png" }),
      sampleAttachment({ ...kept, id: "att_2", contentType: "text/html" }),
      sampleAttachment({ id: "att_3", state: "missed", failure, receivedId: "rcv_2" }),
      sampleAttachment({ id: "att_4", state: "gone", url: "" }),
      sampleAttachment({ ...kept, id: "att_5", bytes: 0, contentType: null }),
    );
    for (const id of ["att_1", "att_2"]) api.parts.memory.contents.set(id, content);
  });
  afterEach(() => api.close());

  it("are handed on to be saved, not shown", async () => {
    const { status, headers } = await api.call("GET", `${base}/att_1`);
    expect(status).to.equal(200);
    expect(headers).to.include({
      "content-type": "image/png",
      "content-disposition": 'attachment; filename="att_1.png"',
      "content-length": "4",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    });
  });

  it("have no type that could do anything by itself", async () => {
    const { headers } = await api.call("GET", `${base}/att_2`);
    expect(headers).to.include({
      "content-type": "application/octet-stream",
      "content-disposition": 'attachment; filename="att_2.bin"',
    });
  });

  it("may be empty", async () => {
    const { status, headers, text } = await api.call("GET", `${base}/att_5`);
    expect([status, headers["content-length"], text]).to.deep.equal([200, "0", ""]);
  });

  it("that are not here say why", async () => {
    const missed = await api.call("GET", `${base}/att_3`);
    expect(missed.json).to.include({ code: "ATTACHMENT_NOT_KEPT", remedy: "patchbay attachments fetch att_3" });
    expect(missed.text).to.include("the vendor is away");
    expect((await api.call("GET", `${base}/att_4`)).json).to.include({ code: "ATTACHMENT_NOT_KEPT" });
    expect((await api.call("GET", `${base}/att_none`)).json).to.include({ code: "ATTACHMENT_UNKNOWN" });
  });

  it("are listed without the vendor's address, by state and by message", async () => {
    const { json, text } = await api.call("GET", `${base}?state=missed`);
    expect(json).to.have.nested.property("items[0].id", "att_3");
    expect(json).to.have.nested.property("items[0].fileName", "att_3.bin");
    expect(text).to.not.include("vendor.example");
    expect((await api.call("GET", `${base}?receivedId=rcv_2`)).json)
      .to.have.property("items")
      .with.lengthOf(1);
    expect((await api.call("GET", `${base}/att_1/facts`)).json).to.include({ id: "att_1", state: "kept", bytes: 4 });
  });

  it("are fetched again when somebody asks for it", async () => {
    expect((await api.call("POST", `${base}/att_3/fetch`)).json).to.include({ id: "att_3", state: "expected" });
    expect((await api.call("POST", `${base}/att_none/fetch`)).json).to.include({ code: "ATTACHMENT_UNKNOWN" });
  });
});
