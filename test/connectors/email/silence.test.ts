import { expect } from "chai";
import { freePort } from "../../../testing/free-port.js";
import { failureOf } from "../../collections/parts.js";
import { type Answering, connectTo, hello, sendBy, startScriptedServer, usual } from "./mail-server.js";

/** Sends one e-mail to a server that behaves as told. */
async function failureWith(greeting: string | null, answering: Answering) {
  const server = await startScriptedServer(greeting, answering);
  const connection = connectTo(server, { timeoutSeconds: 1, security: "none" });
  try {
    return { failure: await failureOf(sendBy(connection, hello)), lines: server.lines };
  } finally {
    await connection.close();
    await server.close();
  }
}

const hungUpAt = (word: string): Answering => usual((line) => (line.startsWith(word) ? null : undefined));
const silentAt = (word: string): Answering => usual((line) => (line.startsWith(word) ? "" : undefined));

describe("a mail server that says nothing", () => {
  it("leaves the outcome unknown when it hangs up after the e-mail was handed over", async () => {
    const { failure } = await failureWith("220 mail.test", hungUpAt("."));
    expect(failure.code, failure.message).to.equal("ENDPOINT_OUTCOME_UNKNOWN");
    expect(failure.remedy).to.contain("not sent again by itself");
  });

  it("leaves the outcome unknown when it answers the end of the e-mail too late", async () => {
    const { failure } = await failureWith(
      "220 mail.test",
      usual((line) => (line === "." ? "250-wait" : undefined)),
    );
    expect(failure.code, failure.message).to.equal("ENDPOINT_OUTCOME_UNKNOWN");
  });

  for (const word of ["EHLO", "MAIL", "RCPT", "DATA"]) {
    it(`has certainly taken nothing when it hangs up at ${word}`, async () => {
      const { failure } = await failureWith("220 mail.test", hungUpAt(word));
      expect(failure.code, failure.message).to.equal("ENDPOINT_UNREACHABLE");
    });
  }

  it("has certainly taken nothing when it is too slow to answer for the recipient", async () => {
    const { failure, lines } = await failureWith("220 mail.test", silentAt("RCPT"));
    expect(failure.code, failure.message).to.equal("ENDPOINT_UNREACHABLE");
    expect(lines).not.to.include("DATA");
  });

  it("has certainly taken nothing when it never greets", async () => {
    const { failure } = await failureWith(null, () => undefined);
    expect(failure.code, failure.message).to.equal("ENDPOINT_UNREACHABLE");
  });

  it("is busy when it greets with 421, and not ours to use when it greets with 554", async () => {
    expect((await failureWith("421 4.3.2 Later", () => null)).failure.code).to.equal("ENDPOINT_BUSY");
    expect((await failureWith("554 5.7.1 Go away", () => null)).failure.code).to.equal("ENDPOINT_MISCONFIGURED");
  });

  it("has certainly taken nothing when it answers the end of the e-mail with 421", async () => {
    const { failure } = await failureWith(
      "220 mail.test",
      usual((line) => (line === "." ? "421 4.3.2 Shutting down" : undefined)),
    );
    expect(failure.code, failure.message).to.equal("ENDPOINT_BUSY");
  });

  it("is no mail server when it speaks something else", async () => {
    const { failure } = await failureWith("HTTP/1.1 400 Bad Request", () => null);
    expect(failure.code, failure.message).to.equal("ENDPOINT_UNREACHABLE");
  });

  it("does not matter when it only closes a connection that was kept open: the next e-mail takes another", async () => {
    const server = await startScriptedServer(
      "220 mail.test",
      usual((line, count) => (line.startsWith("MAIL") && count === 2 ? null : undefined)),
    );
    const connection = connectTo(server, { security: "none" });
    try {
      await sendBy(connection, hello, "eff_1");
      expect((await sendBy(connection, hello, "eff_2")).vendorId).to.equal("eff_2@shop.example");
      expect(server.lines.filter((line) => line === ".")).to.have.lengthOf(2);
      expect(server.lines.filter((line) => line.startsWith("EHLO"))).to.have.lengthOf(2);
    } finally {
      await connection.close();
      await server.close();
    }
  });
});

describe("the way to a mail server", () => {
  it("is not taken to an address that is not public", async () => {
    const server = await startScriptedServer(
      "220 mail.test",
      usual(() => undefined),
    );
    for (const host of ["localhost", "127.0.0.1", "::1", "10.0.0.1", "169.254.169.254"]) {
      const connection = connectTo(server, { host, security: "starttls" }, []);
      expect((await failureOf(sendBy(connection, hello))).code, host).to.equal("HOST_FORBIDDEN");
      await connection.close();
    }
    const otherPort = connectTo(server, {}, ["localhost:1"]);
    expect((await failureOf(sendBy(otherPort, hello))).code).to.equal("HOST_FORBIDDEN");
    await otherPort.close();
    expect(server.lines).to.deep.equal([]);
    await server.close();
  });

  it("certainly has no effect when nobody listens there", async () => {
    const connection = connectTo({ port: await freePort() });
    expect((await failureOf(sendBy(connection, hello))).code).to.equal("ENDPOINT_UNREACHABLE");
    await connection.close();
  });
});
