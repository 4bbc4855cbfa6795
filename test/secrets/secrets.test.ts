import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PatchbayError } from "../../src/core/errors.js";
import { readOrCreateSecret } from "../../src/secrets/read-or-create-secret.js";
import { createSealer } from "../../src/secrets/sealer.js";

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof PatchbayError) return error.code;
    throw error;
  }
  return "none";
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-secret-"));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("a sealer", () => {
  const sealer = createSealer("correct horse battery staple");

  it("opens what it sealed, also empty text and any script", () => {
    for (const text of ["", "token", "ключ 🔑", "x".repeat(10_000)])
      expect(sealer.open(sealer.seal(text))).to.equal(text);
  });

  it("seals equal texts differently, under a version and the name of the key", () => {
    expect(sealer.seal("token")).to.not.equal(sealer.seal("token"));
    expect(sealer.seal("token")).to.match(/^v2\.[0-9a-f]{12}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
  });

  it("opens what another sealer with the same secret sealed", () => {
    expect(createSealer("correct horse battery staple").open(sealer.seal("token"))).to.equal("token");
  });

  it("opens what was sealed in the first way, and says that it is to be sealed anew", () => {
    // Sealed by the version of before under the same secret.
    const first = "v1.AAAAAAAAAAAAAAAA.QKAUn6D0CZgAcQlVirXjng.MGHAKAg";
    expect(sealer.open(first)).to.equal("token");
    expect(sealer.sealedBy(first)).to.equal("previous");
  });

  it("opens what the previous secret has sealed, and tells which has", () => {
    const renewed = createSealer("another secret, a newer one", "correct horse battery staple");
    const sealed = sealer.seal("token");
    expect(renewed.open(sealed)).to.equal("token");
    expect(renewed.sealedBy(sealed)).to.equal("previous");
    const anew = renewed.seal("token");
    expect(renewed.sealedBy(anew)).to.equal("current");
    expect(sealer.sealedBy(anew)).to.equal("unknown");
    expect(codeOf(() => sealer.open(anew))).to.equal("SECRET_UNREADABLE");
    expect(createSealer("another secret, a newer one").open(anew)).to.equal("token");
  });

  it("refuses another secret", () => {
    const sealed = sealer.seal("token");
    expect(codeOf(() => createSealer("incorrect horse battery").open(sealed))).to.equal("SECRET_UNREADABLE");
  });

  it("refuses whatever was changed, wherever", () => {
    const sealed = sealer.seal("token");
    const [, key, nonce, tag, body] = sealed.split(".") as [string, string, string, string, string];
    const other = (part: string): string => (part.startsWith("A") ? `B${part.slice(1)}` : `A${part.slice(1)}`);
    const changed = [
      `v1.${nonce}.${tag}.${body}`,
      `v2.${other(key)}.${nonce}.${tag}.${body}`,
      `v2.${key}.${other(nonce)}.${tag}.${body}`,
      `v2.${key}.${nonce}.${other(tag)}.${body}`,
      `v2.${key}.${nonce}.${tag}.${other(body)}`,
      `v2.${key}.${nonce}.${tag.slice(0, 6)}.${body}`,
      `v2.${key}.${nonce}.${tag}`,
      `${sealed}.${body}`,
      "",
      "token",
    ];
    for (const text of changed)
      expect(
        codeOf(() => sealer.open(text)),
        text,
      ).to.equal("SECRET_UNREADABLE");
  });
});

describe("the secret's file", () => {
  it("is made once, for its owner only, and nothing else stays behind", async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "data", "secret");
      const secret = await readOrCreateSecret(path);
      expect(secret).to.match(/^[\w-]{43}$/);
      expect(await readOrCreateSecret(path)).to.equal(secret);
      expect((await stat(path)).mode & 0o777).to.equal(0o600);
      expect(await readdir(join(folder, "data"))).to.deep.equal(["secret"]);
    });
  });

  it("is one file for processes that start together", async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "secret");
      const secrets = await Promise.all(Array.from({ length: 8 }, () => readOrCreateSecret(path)));
      expect(new Set(secrets).size).to.equal(1);
    });
  });

  it("is never replaced when it holds no secret", async () => {
    await withFolder(async (folder) => {
      const path = join(folder, "secret");
      await writeFile(path, "short\n");
      await chmod(path, 0o600);
      const failure = await readOrCreateSecret(path).then(String, (error: PatchbayError) => error.code);
      expect(failure).to.equal("SECRET_UNREADABLE");
    });
  });
});
