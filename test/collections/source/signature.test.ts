import { expect } from "chai";
import fc from "fast-check";
import { splitSignature } from "../../../src/collections/source/bundle.js";
import { integrityOf } from "../../../src/collections/source/integrity.js";
import { toContent } from "../../../src/collections/source/read-source.js";
import {
  isPublicKey,
  isSignatureOf,
  newPrivateKey,
  publicKeyText,
  signStatement,
} from "../../../src/collections/source/signature.js";
import { failureOf } from "../parts.js";
import { manifest } from "./parts.js";

const files = { "collection.yaml": manifest };
const statement = { name: "shop", version: "1.0.0", integrity: integrityOf(files) };
const place = { source: "shop.tgz", resolved: "shop.tgz" };

describe("signatures", () => {
  it("hold for what was signed, and for nothing that differs in any part", () => {
    const signature = signStatement(statement, newPrivateKey());
    expect(isSignatureOf(signature, statement)).to.equal(true);
    fc.assert(
      fc.property(fc.constantFrom("name", "version", "integrity"), fc.string({ minLength: 1 }), (member, more) => {
        const key = member as keyof typeof statement;
        expect(isSignatureOf(signature, { ...statement, [key]: statement[key] + more })).to.equal(false);
      }),
      { numRuns: 50 },
    );
  });

  it("do not hold for another key", () => {
    const signature = signStatement(statement, newPrivateKey());
    const key = publicKeyText(newPrivateKey());
    expect(isSignatureOf({ ...signature, key }, statement)).to.equal(false);
  });

  it("name who has signed, as it is trusted", () => {
    const key = newPrivateKey();
    const signature = signStatement(statement, key);
    expect(signature.key)
      .to.equal(publicKeyText(key))
      .and.match(/^ed25519:[\w-]{43}$/);
    const { origin } = toContent({ files, signature }, place);
    expect(origin.publisher).to.equal(signature.key);
  });

  it("are refused when the files are others", async () => {
    const signature = signStatement(statement, newPrivateKey());
    const error = await failureOf(() => toContent({ files: { ...files, "README.md": "" }, signature }, place));
    expect(error.code).to.equal("COLLECTION_SIGNATURE_INVALID");
  });

  it("are refused from an index when they are wrong, although the bundle's own is right", async () => {
    const right = signStatement(statement, newPrivateKey());
    const wrong = signStatement({ ...statement, version: "2.0.0" }, newPrivateKey());
    const error = await failureOf(() => toContent({ files, signature: right }, { ...place, signature: wrong }));
    expect(error.code).to.equal("COLLECTION_SIGNATURE_INVALID");
  });

  it("are not among the files that they are of", () => {
    const signature = signStatement(statement, newPrivateKey());
    const all = { ...files, "signature.json": JSON.stringify(signature) };
    expect(splitSignature(all)).to.deep.equal({ files, signature });
  });

  for (const text of ["", "{}", "[]", '{"key":"ed25519:AAAA","signature":""}', '{"key":1,"signature":2}', "{oops"]) {
    it(`are refused when they are none: ${text || "nothing"}`, async () => {
      const error = await failureOf(() => splitSignature({ ...files, "signature.json": text }));
      expect(error.code).to.equal("COLLECTION_SIGNATURE_INVALID");
    });
  }

  it("are made with keys of one form only", () => {
    const key = publicKeyText(newPrivateKey());
    expect(isPublicKey(key)).to.equal(true);
    for (const other of [key.slice(1), `${key}A`, key.slice(0, -1), `${key.slice(0, -1)}_`, key.toUpperCase(), ""]) {
      if (other !== key) expect(isPublicKey(other), other).to.equal(false);
    }
  });
});
