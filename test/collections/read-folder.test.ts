import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readCollectionFolder } from "../../src/collections/read-folder.js";
import { failureOf } from "./parts.js";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-collection-"));
  try {
    await writeFile(join(folder, "collection.yaml"), "name: x\n");
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("reading a collection's folder", () => {
  it("gives its files by their path, without hidden ones", async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, "flows"));
      await writeFile(join(folder, "flows", "a.flow.yaml"), "name: ä\n");
      await mkdir(join(folder, ".git"));
      await writeFile(join(folder, ".git", "config"), "");
      expect(await readCollectionFolder(folder)).to.deep.equal({
        "collection.yaml": "name: x\n",
        "flows/a.flow.yaml": "name: ä\n",
      });
    });
  });

  it("refuses a folder without a collection.yaml", async () => {
    expect((await failureOf(readCollectionFolder("/nowhere"))).code).to.equal("COLLECTION_UNKNOWN");
  });

  it("does not follow links", async () => {
    await withFolder(async (folder) => {
      await symlink("/etc/passwd", join(folder, "README.md"));
      expect((await failureOf(readCollectionFolder(folder))).message).to.equal(
        "README.md is neither a file nor a folder; links are not followed",
      );
    });
  });

  it("refuses what is too large, too deep or too much", async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, "big.md"), "x".repeat(262_145));
      expect((await failureOf(readCollectionFolder(folder))).message).to.equal("big.md is larger than 262144 bytes");
    });
    await withFolder(async (folder) => {
      await mkdir(join(folder, "1/2/3/4/5"), { recursive: true });
      expect((await failureOf(readCollectionFolder(folder))).message).to.equal("1/2/3/4/5 is more than 4 folders deep");
    });
    await withFolder(async (folder) => {
      for (let index = 0; index < 200; index++) await writeFile(join(folder, `${index}.md`), "");
      expect((await failureOf(readCollectionFolder(folder))).message).to.match(/ has more than 200 files$/);
    });
  });

  it("refuses what is not text", async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, "logo.md"), Buffer.from([0xff, 0xfe, 0x00]));
      expect((await failureOf(readCollectionFolder(folder))).message).to.equal("logo.md is not text in UTF-8");
    });
  });
});
