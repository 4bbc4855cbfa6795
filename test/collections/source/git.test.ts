import { mkdir, readdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { integrityOf } from "../../../src/collections/source/integrity.js";
import { readSource } from "../../../src/collections/source/read-source.js";
import { failureOf } from "../parts.js";
import { manifest } from "./parts.js";
import { commit, gitServer, openReading, testFolder, testRepository, testWeb } from "./reading.js";

const files = { "collection.yaml": manifest, "flows/a.flow.yaml": "steps: []\r\n" };

describe("a collection in git", () => {
  it("is read at a tag, exactly, and resolved to its commit", async () => {
    await using repository = await testRepository({ ...files, ".github/ci.yml": "on: push" });
    const first = await repository.git("rev-parse", "HEAD");
    await repository.write({ "collection.yaml": manifest.replace("1.0.0", "2.0.0") });
    await commit(repository, "v2.0.0");
    await using opened = await openReading();
    const source = `git+file://${repository.path}#v1.0.0`;
    const content = await readSource(source, opened.reading);
    expect(content.files).to.deep.equal(files);
    expect(content.own).to.equal(false);
    expect(content.origin).to.deep.equal({
      ...{ source, resolved: `git+file://${repository.path}#${first}`, integrity: integrityOf(files) },
      ...{ version: "1.0.0", publisher: null },
    });
  });

  it("is read from a folder of the newest commit when nothing else is said", async () => {
    await using repository = await testRepository({ "all/shop/collection.yaml": manifest, "README.md": "Hello" });
    await using opened = await openReading();
    const { files: read, origin } = await readSource(`git+file://${repository.path}#:all/shop`, opened.reading);
    expect(read).to.deep.equal({ "collection.yaml": manifest });
    expect(origin.resolved).to.match(/#[0-9a-f]{40}:all\/shop$/);
  });

  it("is what was committed, whatever the repository says about attributes and filters", async () => {
    await using repository = await testRepository({
      ...files,
      ".gitattributes": "*.yaml filter=evil text eol=crlf ident export-ignore\n",
    });
    await using opened = await openReading();
    const { files: read } = await readSource(`git+file://${repository.path}#v1.0.0`, opened.reading);
    expect(read["collection.yaml"]).to.equal(manifest);
  });

  it("runs no hook and leaves nothing behind", async () => {
    await using repository = await testRepository(files);
    const mark = join(repository.path, "was-run");
    for (const hook of ["post-checkout", "post-upload-pack", "pre-upload", "post-merge", "reference-transaction"]) {
      await writeFile(join(repository.path, ".git/hooks", hook), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    }
    await using temporary = await testFolder();
    await using opened = await openReading();
    const { TMPDIR } = process.env;
    process.env.TMPDIR = temporary.path;
    try {
      await readSource(`git+file://${repository.path}`, opened.reading);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    }
    expect(await readdir(repository.path)).to.not.include("was-run");
    expect(await readdir(temporary.path)).to.deep.equal([]);
  });

  it("may have no symbolic links", async () => {
    await using repository = await testFolder(files);
    await symlink("/etc/passwd", join(repository.path, "README.md"));
    await repository.git("init", "--quiet");
    await commit(repository, "v1.0.0");
    await using opened = await openReading();
    const error = await failureOf(readSource(`git+file://${repository.path}`, opened.reading));
    expect(error.message).to.equal("README.md is a symbolic link; links are not followed");
  });

  it("may have no submodules", async () => {
    await using repository = await testFolder(files);
    await repository.git("init", "--quiet");
    await repository.git("update-index", "--add", "--cacheinfo", `160000,${"1".repeat(40)},module`);
    await mkdir(join(repository.path, "module"));
    await repository.git("add", "collection.yaml");
    await repository.git("commit", "--quiet", "--message", "x");
    await using opened = await openReading();
    const error = await failureOf(readSource(`git+file://${repository.path}`, opened.reading));
    expect(error.message).to.equal("module is a submodule; a collection has files only");
  });

  it("is refused for its size before anything of it is read", async () => {
    await using repository = await testRepository({ ...files, "big.md": "x".repeat(300_000) });
    await using opened = await openReading();
    const error = await failureOf(readSource(`git+file://${repository.path}`, opened.reading));
    expect(error.message).to.equal("big.md is larger than 262144 bytes");
  });

  const absent: readonly (readonly [string, string, RegExp])[] = [
    ["a tag that is not there", "#v9", /has no tag or branch v9$/],
    ["a folder that is not there", "#v1.0.0:nowhere", /has no folder nowhere at v1\.0\.0$/],
    ["a folder that is a file", "#v1.0.0:collection.yaml", /has no folder collection\.yaml/],
    ["a folder without a collection", "#v1.0.0:flows", /no collection\.yaml in this folder/],
  ];
  for (const [what, fragment, message] of absent) {
    it(`says that there is nothing at ${what}`, async () => {
      await using repository = await testRepository(files);
      await using opened = await openReading();
      const error = await failureOf(readSource(`git+file://${repository.path}${fragment}`, opened.reading));
      expect(error.code).to.equal("SOURCE_UNKNOWN");
      expect(error.message).to.match(message);
    });
  }

  it("is read by HTTP from the address that was judged, whatever its name gives by then", async () => {
    await using repository = await testRepository(files);
    await using web = await gitServer(repository.path);
    // No resolver knows this name: git gets there only by the address that it is given.
    const host = `nobody-knows.test:${web.port}`;
    await using opened = await openReading({ allow: [host] });
    const access = { ...opened.reading.access, addressesOf: async () => ["127.0.0.1"] };
    const { files: read } = await readSource(`git+http://${host}/.git#v1.0.0`, { ...opened.reading, access });
    expect(read).to.deep.equal(files);
  });

  it("is not read by HTTP from where a redirect leads", async () => {
    await using repository = await testRepository(files);
    await using web = await gitServer(repository.path);
    const location = `http://127.0.0.1:${web.port}/.git/info/refs?service=git-upload-pack`;
    await using away = await testWeb({ "/a/info/refs?service=git-upload-pack": { location } });
    await using opened = await openReading({ allow: [away.host] });
    const error = await failureOf(readSource(`git+${away.url}/a`, opened.reading));
    expect(error.code).to.equal("SOURCE_UNREADABLE");
    expect(web.asked()).to.equal(0);
  });

  it("says what git says when there is no repository", async () => {
    await using opened = await openReading();
    const error = await failureOf(readSource("git+file:///nowhere/at/all", opened.reading));
    expect(error.code).to.equal("SOURCE_UNREADABLE");
    expect(error.message).to.match(/git says: fatal: /);
  });

  it("needs git, and says so", async () => {
    await using opened = await openReading();
    const access = { ...opened.reading.access, searchPath: "/nowhere" };
    const error = await failureOf(readSource("git+file:///nowhere", { ...opened.reading, access }));
    expect(error.message).to.equal("git is not installed, or not in PATH");
    expect(error.remedy).to.include("Install git 2.37");
  });

  it("is not read from this machine for a request", async () => {
    await using opened = await openReading({ local: false });
    const error = await failureOf(readSource("git+file:///srv/secrets", opened.reading));
    expect(error.code).to.equal("SOURCE_INVALID");
  });

  for (const url of ["git+https://127.0.0.1/a", "git+https://localhost/a", "git+https://[::1]/a"]) {
    it(`is not read from an address that is not public: ${url}`, async () => {
      await using opened = await openReading({ local: false });
      expect((await failureOf(readSource(url, opened.reading))).code).to.equal("HOST_FORBIDDEN");
    });
  }

  it("is not read without TLS", async () => {
    await using opened = await openReading({ local: false });
    const error = await failureOf(readSource("git+http://example.com/a", opened.reading));
    expect(error.message).to.equal("http://example.com is not https, so collections are not read from it");
  });
});
