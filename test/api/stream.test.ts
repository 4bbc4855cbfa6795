import { expect } from "chai";
import { watchCommits } from "../../src/api/watch-commits.js";
import { openTestApi, type TestApi } from "./open-test-api.js";

describe("The stream", () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi();
  });
  afterEach(() => api.close());

  /** Reads until a line of data has come. */
  async function nextChange(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string[]> {
    const decoder = new TextDecoder();
    for (let text = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream has ended after ${text}`);
      text += decoder.decode(value, { stream: true });
      const data = /^data: (.*)$/m.exec(text)?.[1];
      if (data !== undefined) return (JSON.parse(data) as { changed: string[] }).changed;
    }
  }

  it("says what has changed, gathered, while somebody listens", async () => {
    const stop = new AbortController();
    const answer = await fetch(`${api.url}/api/v1/stream`, { signal: stop.signal });
    expect(answer.headers.get("content-type")).to.equal("text/event-stream");
    const reader = answer.body!.getReader();
    const at = new Date();
    await api.store.commit([{ kind: "issue-moved", fingerprint: "none", state: "resolved", at }]);
    expect(await nextChange(reader)).to.deep.equal(["issues"]);
    stop.abort();
  });

  it("ends when the server stops", async () => {
    const answer = await fetch(`${api.url}/api/v1/stream`);
    const text = answer.text();
    api.commits.close();
    expect(await text).to.match(/^: listening/);
  });

  it("ends at once for who comes when the server has stopped", async () => {
    const { store, watch } = watchCommits(api.parts.store);
    watch.close();
    const heard: string[] = [];
    const leave = watch.listen(
      () => heard.push("changed"),
      () => heard.push("ended"),
    );
    await store.commit([{ kind: "issue-moved", fingerprint: "none", state: "resolved", at: new Date() }]);
    leave();
    expect(heard).to.deep.equal(["ended"]);
    expect(watch.listeners).to.equal(0);
    api.commits.close();
    expect(await (await fetch(`${api.url}/api/v1/stream`)).text()).to.match(/^: listening/);
  });

  it("costs a commit nothing while nobody listens, and lets go of who has left", async () => {
    const { store, watch } = watchCommits(api.parts.store);
    const heard: string[][] = [];
    const leave = watch.listen(
      (nouns) => heard.push([...nouns]),
      () => undefined,
    );
    await store.commit([{ kind: "issue-moved", fingerprint: "none", state: "resolved", at: new Date() }]);
    leave();
    await store.commit([{ kind: "issue-moved", fingerprint: "none", state: "resolved", at: new Date() }]);
    expect(heard).to.deep.equal([["issues"]]);
    expect(watch.listeners).to.equal(0);
  });
});
