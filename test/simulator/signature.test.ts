import { createHash } from "node:crypto";
import { expect } from "chai";
import twilio from "twilio";
import { type Field, signForm } from "../../src/simulator/signature.js";
import { readFixture } from "./bench.js";

interface Vector {
  readonly name: string;
  readonly token: string;
  readonly url: string;
  readonly fields: readonly Field[];
  readonly signature: string;
}

describe("the simulator's signature", () => {
  for (const { name, token, url, fields, signature } of readFixture<Vector[]>("signature-vectors.json")) {
    it(`is Twilio's for ${name}`, () => {
      expect(signForm(token, url, fields)).to.equal(signature);
    });
  }

  it("is accepted by the SDK with repeated, unsorted and duplicated values", () => {
    const url = "https://shop.example/hook?b=2&a=1";
    const fields: Field[] = [
      ["b_", "1"],
      ["MediaUrl", "z"],
      ["MediaUrl", "a"],
      ["MediaUrl", "z"],
      ["a", ""],
      ["Zed", "é"],
    ];
    const params = { b_: "1", MediaUrl: ["z", "a", "z"], a: "", Zed: "é" };
    const signature = signForm("token", url, fields);
    expect(twilio.validateRequest("token", signature, url, params)).to.equal(true);
    expect(twilio.validateRequest("token", signature, url, { ...params, Zed: "e" })).to.equal(false);
  });

  it("covers a JSON body by the hash in the query, as the SDK checks it", () => {
    const body = '{"property":1,"boolean":true}';
    const url = `https://shop.example/hook?bodySHA256=${createHash("sha256").update(body).digest("hex")}`;
    expect(twilio.validateRequestWithBody("12345", signForm("12345", url, []), url, body)).to.equal(true);
  });
});
