import { expect } from "chai";
import { writeBundle } from "../../../src/collections/source/bundle.js";
import { integrityOf } from "../../../src/collections/source/integrity.js";
import { readSource } from "../../../src/collections/source/read-source.js";
import { failureOf } from "../parts.js";
import { manifest } from "./parts.js";
import { openReading, testWeb } from "./reading.js";

const files = { "collection.yaml": manifest };
const integrity = integrityOf(files);

describe("a collection on the web", () => {
  it("is read in either format, whatever the address ends with, and by redirects", async () => {
    const [tgz, json] = await Promise.all(
      (["tgz", "json"] as const).map((f) => writeBundle({ files, signature: null }, f)),
    );
    await using web = await testWeb({
      "/shop.tgz": tgz!,
      "/download?id=1": json!,
      "/newest": { location: "/moved" },
      "/moved": { location: "shop.tgz", status: 308 },
    });
    await using opened = await openReading({ allow: [web.host], local: false });
    for (const path of ["/shop.tgz", "/download?id=1"]) {
      expect((await readSource(web.url + path, opened.reading)).files).to.deep.equal(files);
    }
    const { origin, own } = await readSource(`${web.url}/newest`, opened.reading);
    expect(origin).to.include({ source: `${web.url}/newest`, resolved: `${web.url}/shop.tgz`, integrity });
    expect(own).to.equal(false);
  });

  it("must have the integrity that its source says", async () => {
    await using web = await testWeb({ "/shop.tgz": await writeBundle({ files, signature: null }, "tgz") });
    await using opened = await openReading({ allow: [web.host] });
    expect((await readSource(`${web.url}/shop.tgz#${integrity}`, opened.reading)).files).to.deep.equal(files);
    const other = integrityOf({ ...files, "README.md": "" });
    const error = await failureOf(readSource(`${web.url}/shop.tgz#${other}`, opened.reading));
    expect(error.code).to.equal("INTEGRITY_MISMATCH");
    expect(error.details).to.include({ integrity, expected: other });
  });

  it("is not read from an address that is not public, nor by a redirect to one", async () => {
    await using inside = await testWeb({ "/secret": "{}" });
    await using web = await testWeb({ "/away": { location: `${inside.url.replace("http", "https")}/secret` } });
    await using opened = await openReading({ allow: [web.host] });
    for (const url of [`https://${inside.host}/secret`, `${web.url}/away`]) {
      expect((await failureOf(readSource(url, opened.reading))).code, url).to.equal("HOST_FORBIDDEN");
    }
    expect(inside.asked).to.deep.equal([]);
  });

  it("is not read without TLS, nor by a redirect to where there is none", async () => {
    await using inside = await testWeb({ "/secret": "{}" });
    await using web = await testWeb({
      "/away": { location: `${inside.url}/secret` },
      "/file": { location: "file:///etc" },
    });
    await using opened = await openReading({ allow: [web.host] });
    for (const url of ["http://example.com/shop.tgz", `${web.url}/away`, `${web.url}/file`]) {
      const error = await failureOf(readSource(url, opened.reading));
      expect(error.message, url).to.match(/is not https, so collections are not read from it$/);
    }
    expect(inside.asked).to.deep.equal([]);
  });

  it("is not followed around in a circle", async () => {
    await using web = await testWeb({ "/a": { location: "/b" }, "/b": { location: "/a" } });
    await using opened = await openReading({ allow: [web.host] });
    const error = await failureOf(readSource(`${web.url}/a`, opened.reading));
    expect(error.message).to.match(/it redirects more than 5 times$/);
    expect(web.asked).to.have.lengthOf(6);
  });

  it("is not read past the limit", async () => {
    await using web = await testWeb({ "/big": new Uint8Array(5_000_000) });
    await using opened = await openReading({ allow: [web.host] });
    const error = await failureOf(readSource(`${web.url}/big`, opened.reading));
    expect(error.code).to.equal("SOURCE_UNREADABLE");
    expect(error.message).to.match(/the answer is too large/);
  });

  it("says whether there is nothing or it cannot be read now", async () => {
    await using web = await testWeb({ "/down": 503, "/nowhere-to": { location: "http://" } });
    await using opened = await openReading({ allow: [web.host] });
    const codes = ["/none", "/down", "/nowhere-to"].map(
      async (path) => (await failureOf(readSource(web.url + path, opened.reading))).code,
    );
    expect(await Promise.all(codes)).to.deep.equal(["SOURCE_UNKNOWN", "SOURCE_UNREADABLE", "SOURCE_UNREADABLE"]);
  });
});

describe("a source on this machine", () => {
  for (const source of ["./collections", "/etc", "/etc/shop.tgz", "../x.json"]) {
    it(`is not read for a request: ${source}`, async () => {
      await using opened = await openReading({ local: false });
      const error = await failureOf(readSource(source, opened.reading));
      expect(error.code).to.equal("SOURCE_INVALID");
      expect(error.message).to.include("The server reads no paths");
    });
  }
});
