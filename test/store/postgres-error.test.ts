import { expect } from "chai";
import { DatabaseError } from "pg";
import { PatchbayError } from "../../src/core/errors.js";
import { placeOf } from "../../src/store/postgres/connection.js";
import { isConflict, toRefusal, toStoreError } from "../../src/store/postgres/postgres-error.js";
import { perform, sharedPostgresServer } from "../../testing/postgres-server.js";
import { failed, thrown } from "../http/failed.js";
import { tempDatabase } from "./postgres-parts.js";

function refused(code: string): DatabaseError {
  const error = new DatabaseError("as the server says it", 0, "error");
  error.code = code;
  return error;
}

describe("An error of PostgreSQL", () => {
  for (const code of [
    "08006",
    "25006",
    "28P01",
    "3D000",
    "53100",
    "53300",
    "57P01",
    "57P02",
    "57P03",
    "57014",
    "58030",
  ]) {
    it(`${code} says that nothing can be stored now`, () => {
      const error = toStoreError(refused(code), "The database shop");
      expect(error).to.deep.include({ code: "STORE_UNAVAILABLE", retryable: true });
      expect(error?.message).to.match(/^The database shop cannot be used: .+ \(as the server says it\)$/);
    });
  }

  it("of the network does too", () => {
    for (const message of [
      "connect ECONNREFUSED 127.0.0.1:1",
      "Connection terminated unexpectedly",
      "timeout expired",
    ]) {
      expect(toStoreError(new Error(message), "it")?.code).to.equal("STORE_UNAVAILABLE");
    }
  });

  it("about what was asked is a defect of ours", () => {
    for (const defect of [refused("23505"), refused("42703"), new TypeError("not a function")]) {
      expect(toStoreError(defect, "it")).to.equal(null);
      expect(toRefusal(defect, "it").code).to.equal("INTERNAL_ERROR");
    }
  });

  it("of our own stays what it is", () => {
    const own = new PatchbayError("STORE_AHEAD", "newer");
    expect(toRefusal(own, "it")).to.equal(own);
  });

  it("is worth another try when transactions were in each other's way", () => {
    expect(["40P01", "40001", "23505"].map((code) => isConflict(refused(code)))).to.deep.equal([true, true, false]);
  });
});

describe("A PostgreSQL database", () => {
  it("is named without user and password", () => {
    expect(placeOf("postgres://ann:secret@db.example.com:5433/shop%20one?sslmode=require").name).to.equal(
      "The database db.example.com:5433/shop one",
    );
  });

  it("whose url cannot be read is asked for in words that do not repeat it", () => {
    expect(thrown(() => placeOf("postgres://ann:p/w#@db/shop"), "CONFIG_INVALID").message)
      .to.include("percent-encoded")
      .and.not.to.include("p/w");
    expect(thrown(() => placeOf("postgres://ann@db"), "CONFIG_INVALID").message).to.include("names no database");
  });

  it("that is not there is asked for by name", async () => {
    await using database = await tempDatabase();
    const missing = database.url.replace(/[^/]+$/, "nowhere");
    const error = await failed(database.open({ url: missing }), "STORE_UNAVAILABLE");
    expect(error.message).to.include("/nowhere").and.to.include("create it");
  });

  it("that may not be relied on is refused", async () => {
    await using database = await tempDatabase();
    const name = database.url.split("/").at(-1);
    await database.rows(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    const error = await failed(database.open(), "STORE_NOT_DURABLE");
    expect(error.message).to.include("synchronous_commit off");
  });

  it("that keeps less than every character is refused", async () => {
    await using database = await tempDatabase();
    const server = await sharedPostgresServer();
    await perform(server.url("postgres"), "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    const error = await failed(database.open({ url: server.url("latin") }), "CONFIG_INVALID");
    expect(error.message).to.include("LATIN1");
  });

  it("that can only be read says so", async () => {
    await using database = await tempDatabase();
    await (await database.open()).close();
    await database.rows(`ALTER DATABASE ${database.url.split("/").at(-1)} SET default_transaction_read_only = on`);
    const error = await failed(database.open(), "STORE_UNAVAILABLE");
    expect(error.message).to.include("read-only");
  });
});
