import { readFileSync } from "node:fs";
import { expect } from "chai";
import { errorCatalogue } from "../../src/core/error-catalogue.js";
import type { ErrorEntry } from "../../src/core/error-entry.js";
import { describeProblems, PatchbayError, toPatchbayError } from "../../src/core/errors.js";

describe("PatchbayError", () => {
  it("takes status, title, remedy and retryable from the catalogue", () => {
    const { status, title, remedy, retryable } = errorCatalogue.ENDPOINT_BUSY;
    expect(new PatchbayError("ENDPOINT_BUSY", "slow down")).to.include({ status, title, remedy, retryable });
  });

  it("prefers the vendor's own remedy", () => {
    expect(new PatchbayError("ENDPOINT_REFUSED", "no", { remedy: "Buy a number." }).remedy).to.equal("Buy a number.");
  });

  it("keeps the cause apart from the details", () => {
    const cause = new Error("socket closed");
    const error = new PatchbayError("ENDPOINT_UNREACHABLE", "gone", { cause, host: "example.com" });
    expect(error.cause).to.equal(cause);
    expect(error.details).to.deep.equal({ host: "example.com" });
    expect("cause" in new PatchbayError("ENDPOINT_UNREACHABLE", "gone")).to.equal(false);
  });
});

describe("toPatchbayError", () => {
  it("leaves a PatchbayError alone", () => {
    const error = new PatchbayError("RUN_UNKNOWN", "none");
    expect(toPatchbayError(error)).to.equal(error);
  });

  it("makes INTERNAL_ERROR of everything else and keeps it as the cause", () => {
    for (const thrown of [new TypeError("oops"), "oops"]) {
      expect(toPatchbayError(thrown)).to.include({ code: "INTERNAL_ERROR", message: "oops", cause: thrown });
    }
  });
});

describe("describeProblems", () => {
  it("writes one line with the path before each message", () => {
    const problems = [
      { path: "/phone", message: "is required" },
      { path: "", message: "must be object" },
    ];
    expect(describeProblems(problems)).to.equal("/phone is required; must be object");
  });
});

/** Reads the table rows of the document: `| CODE | status | yes/no | title | remedy |`. */
function documented(): Record<string, ErrorEntry> {
  const text = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  const rows = text.matchAll(/^\| `([A-Z0-9_]+)` \| (\d+) \| (yes|no) \| (.+?) \| (.+?) \|$/gm);
  const entries = [...rows].map(([, code, status, retryable, title, remedy]) => {
    const entry: ErrorEntry = {
      status: Number(status),
      retryable: retryable === "yes",
      title: title!,
      remedy: remedy!,
    };
    return [code!, entry] as const;
  });
  expect(new Set(entries.map(([code]) => code))).to.have.lengthOf(entries.length);
  return Object.fromEntries(entries);
}

describe("docs/errors.md", () => {
  it("lists exactly the catalogue, in its order", () => {
    const entries = documented();
    expect(Object.keys(entries)).to.deep.equal(Object.keys(errorCatalogue));
    expect(entries).to.deep.equal(errorCatalogue);
  });

  it("has no other table rows than these and the headings", () => {
    const text = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
    const codes = [...text.matchAll(/^\|(?! Code |---)/gm)];
    expect(codes).to.have.lengthOf(Object.keys(errorCatalogue).length);
  });
});
