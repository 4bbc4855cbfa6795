import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { runCli, startScriptedServer, temporaryFolder } from "./parts.js";

describe("attachments save", () => {
  it("takes a path with a slash at its end for a folder, which it makes, and any other for the file", async () => {
    const facts = { id: "att_1", fileName: "att_1.png" };
    await using server = await startScriptedServer(({ path }) => ({ body: path.endsWith("/facts") ? facts : "bytes" }));
    await using folder = await temporaryFolder();
    const save = (to: string) => runCli(["attachments", "save", "att_1", "--to", to], { url: server.url });
    const pictures = join(folder.path, "new", "pictures");
    expect((await save(`${pictures}/`)).stdout).to.include(join(pictures, "att_1.png"));
    expect(await readFile(join(pictures, "att_1.png"), "utf8")).to.include("bytes");
    expect((await save(join(folder.path, "one"))).exitCode).to.equal(0);
    expect(await readFile(join(folder.path, "one"), "utf8")).to.include("bytes");
    expect((await save(join(folder.path, "one"))).stderr).to.include("FILE_UNWRITABLE");
  });
});
