import { expect } from "chai";
import { toOptOut } from "../../../src/connectors/twilio/webhooks/opt-out.js";

const sms = (body: string, type = "") => toOptOut(type, { body, channel: "sms" });
const whatsapp = (body: string, type = "") => toOptOut(type, { body, channel: "whatsapp" });

describe("toOptOut", () => {
  for (const word of ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"]) {
    it(`takes ${word} for STOP, in any case and with space around it`, () => {
      expect([sms(word), sms(` ${word.toLowerCase()}\n`)]).to.deep.equal(["stop", "stop"]);
    });
  }

  it("knows START, UNSTOP, HELP and INFO, and leaves YES to questions", () => {
    expect(["start", "Unstop", "HELP", "info", "YES"].map((word) => sms(word))).to.deep.equal([
      ...["start", "start", "help", "help"],
      null,
    ]);
  });

  it("takes only the whole text for a word", () => {
    expect(["please stop", "STOP.", "stop it", ""].map((body) => sms(body))).to.deep.equal([null, null, null, null]);
  });

  it("believes Advanced Opt-Out, whatever the text is", () => {
    expect([sms("ARRET", "STOP"), sms("STOP", "START"), sms("aide", "HELP"), sms("hi", "OTHER")]).to.deep.equal([
      ...["stop", "start", "help"],
      null,
    ]);
  });

  it("does not take an everyday answer for STOP on WhatsApp", () => {
    expect(["STOP", "Unsubscribe", "CANCEL", "end", "quit"].map((word) => whatsapp(word))).to.deep.equal([
      ...["stop", "stop"],
      ...[null, null, null],
    ]);
    expect(whatsapp("cancel", "STOP")).to.equal("stop");
  });
});
