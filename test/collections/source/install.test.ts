import { expect } from "chai";
import type { ContentRequest, Installer } from "../../../src/collections/installer.js";
import { writeBundle } from "../../../src/collections/source/bundle.js";
import { integrityOf } from "../../../src/collections/source/integrity.js";
import { newPrivateKey, publicKeyText, signStatement } from "../../../src/collections/source/signature.js";
import { failureOf, openMemoryStore, withInstaller } from "../parts.js";
import { manifest } from "./parts.js";
import { openReading, type TestWeb, testWeb } from "./reading.js";

const files = { "collection.yaml": manifest };
const integrity = integrityOf(files);
const privateKey = newPrivateKey();
const key = publicKeyText(privateKey);
const signature = signStatement({ name: "shop", version: "1.0.0", integrity }, privateKey);

/** An installer beside a web server that has the shop, signed and not. */
async function withShop(use: (installer: Installer, web: TestWeb) => Promise<void>): Promise<void> {
  await using web = await testWeb({
    "/signed.tgz": await writeBundle({ files, signature }, "tgz"),
    "/unsigned.tgz": await writeBundle({ files, signature: null }, "tgz"),
  });
  await using opened = await openReading({ allow: [web.host] });
  await withInstaller({ access: opened.reading.access }, (installer) => use(installer, web));
}

describe("installing from a source", () => {
  it("is refused when nobody has signed, until it is accepted as it is", async () => {
    await withShop(async (installer, web) => {
      const source = `${web.url}/unsigned.tgz`;
      const error = await failureOf(installer.install({ source, parameters: {} }));
      expect(error.code).to.equal("COLLECTION_UNSIGNED");
      expect(error.message).to.equal(`shop 1.0.0 from ${source} is not signed`);
      expect(await installer.installed()).to.deep.equal([]);
      const { origin, collection } = await installer.install({ source, parameters: {}, acceptUnsigned: true });
      expect(collection.name).to.equal("shop");
      expect(origin).to.deep.equal({ source, resolved: source, integrity, version: "1.0.0", publisher: null });
    });
  });

  it("is refused when somebody has signed whom nobody trusts, and goes on when somebody does", async () => {
    await withShop(async (installer, web) => {
      const request = { source: `${web.url}/signed.tgz`, parameters: {} };
      const error = await failureOf(installer.install(request));
      expect(error.message).to.include(`is signed by ${key}, whom nobody here trusts`);
      expect(await installer.examine(request)).to.deep.include({ needsTrust: true, publisher: null });
      const acme = await installer.publishers.trust({ key, name: "Acme" });
      expect(await installer.publishers.list()).to.deep.equal([acme]);
      expect(await installer.examine(request)).to.deep.include({ needsTrust: false, publisher: acme });
      expect((await installer.install(request)).origin.publisher).to.equal(key);
      await installer.publishers.distrust(key);
      expect((await failureOf(installer.install(request))).code).to.equal("COLLECTION_UNSIGNED");
      expect((await failureOf(installer.publishers.distrust(key))).code).to.equal("PUBLISHER_UNKNOWN");
    });
  });

  it("trusts only what is a key", async () => {
    await withShop(async (installer) => {
      const error = await failureOf(installer.publishers.trust({ key: "ssh-ed25519 AAAA", name: "Acme" }));
      expect(error.code).to.equal("REQUEST_INVALID");
    });
  });

  it("sees at once whom another process has come to trust", async () => {
    await using web = await testWeb({ "/signed.tgz": await writeBundle({ files, signature }, "tgz") });
    await using opened = await openReading({ allow: [web.host] });
    const parts = { access: opened.reading.access, store: openMemoryStore() };
    await withInstaller(parts, (one) =>
      withInstaller(parts, async (other) => {
        await other.publishers.trust({ key, name: "Acme" });
        const installed = await one.install({ source: `${web.url}/signed.tgz`, parameters: {} });
        expect(installed.origin.publisher).to.equal(key);
      }),
    );
  });

  const own: readonly (readonly [string, ContentRequest])[] = [
    ["files of a folder", { files, from: "./shop" }],
    ["files that say nothing of where they are from", { files }],
    ["a shipped collection by its name", { name: "ecommerce" }],
    ["a shipped collection as a source", { source: "ecommerce@^1.0.0" }],
  ];
  for (const [what, request] of own) {
    it(`asks nobody about ${what}`, async () => {
      await withShop(async (installer) => {
        await installer.install({ ...request, parameters: {} });
        expect(await installer.installed()).to.have.lengthOf(1);
      });
    });
  }

  it("asks about the files of a bundle", async () => {
    await withShop(async (installer) => {
      const request = { files, from: "shop.tgz", parameters: {} };
      expect((await failureOf(installer.install(request))).code).to.equal("COLLECTION_UNSIGNED");
    });
  });

  it("refuses a wrong signature and a wrong integrity although they are accepted unsigned", async () => {
    await withShop(async (installer) => {
      const accepted = { parameters: {}, acceptUnsigned: true };
      const signed = { ...files, "README.md": "More", "signature.json": JSON.stringify(signature) };
      const wrong = await failureOf(installer.install({ files: signed, ...accepted }));
      expect(wrong.code).to.equal("COLLECTION_SIGNATURE_INVALID");
      const other = await failureOf(installer.install({ files, integrity: integrityOf({}), ...accepted }));
      expect(other.code).to.equal("INTEGRITY_MISMATCH");
      expect(await installer.installed()).to.deep.equal([]);
    });
  });

  it("reads no path of the server's machine", async () => {
    await withShop(async (installer) => {
      for (const source of ["/etc/passwd.json", "./collections/twilio", "git+file:///srv"]) {
        const error = await failureOf(installer.examine({ source }));
        expect(error.code, source).to.equal("SOURCE_INVALID");
      }
    });
  });

  it("examines what has problems, and lists them", async () => {
    await withShop(async (installer) => {
      const { collection, problems, origin } = await installer.examine({ files: { "collection.yaml": "name: x\n" } });
      expect(collection).to.equal(null);
      expect(problems.length).to.be.greaterThan(1);
      expect(origin.version).to.equal("");
    });
  });
});
