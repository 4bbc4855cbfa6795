import { expect } from "chai";
import { senderPaceOf } from "../../../src/connectors/twilio/sender-pace.js";
import type { SenderRule, TwilioSettings } from "../../../src/connectors/twilio/settings.js";
import type { JsonObject } from "../../../src/core/json.js";

const MG = `MG${"a".repeat(32)}`;

function settings(more: Partial<TwilioSettings> = {}): TwilioSettings {
  return {
    ...{ accountSid: `AC${"0".repeat(32)}`, authToken: "t", apiUrl: "https://api.twilio.com", checkMedia: false },
    ...{ mmsMegabytes: 5, whatsappMegabytes: 25, deleteMediaAfterFetch: false, currency: "USD" },
    ...more,
  };
}

function perSecond(request: JsonObject, senders: readonly SenderRule[] = []): number | null | undefined {
  return senderPaceOf(request, settings({ senders }))?.perSecond;
}

describe("the pace of a Twilio sender", () => {
  it("is that of its kind", () => {
    const kinds: [string, number | null][] = [
      ["+14155550100", 1],
      ["+18885550100", 3],
      ["12345", 100],
      ["Acme", 10],
      ["+491711234567", 10],
      ["whatsapp:+14155550100", 80],
      ["whatsapp:+14155238886", 1 / 3],
      ["+15005550006", null],
    ];
    for (const [from, pace] of kinds) expect(perSecond({ from }), from).to.equal(pace);
    expect(perSecond({ messagingServiceSid: MG })).to.equal(1);
    expect(perSecond({ from: "12345", messagingServiceSid: MG })).to.equal(100);
  });

  it("is what the first setting says that matches", () => {
    const senders = [
      { match: "+1415*", segmentsPerSecond: 4.5 },
      { match: "+1*", paced: false },
      { match: "MG*", numbers: 20, segmentsPerSecond: 3 },
      { match: "whatsapp:*0100", segmentsPerSecond: 400 },
      { match: "A*m*e", segmentsPerSecond: 2 },
    ];
    const all: [JsonObject, number | null][] = [
      [{ from: "+14155550100" }, 4.5],
      [{ from: "+16175550100" }, null],
      [{ messagingServiceSid: MG }, 60],
      [{ from: "whatsapp:+14155550100" }, 400],
      [{ from: "whatsapp:+14155550101" }, 80],
      [{ from: "Acme" }, 2],
      [{ from: "Acm" }, 10],
      [{ from: "Ame" }, 2],
      [{ from: "Ae" }, 10],
    ];
    for (const [request, pace] of all) expect(perSecond(request, senders), JSON.stringify(request)).to.equal(pace);
  });

  it("has the caps of the sender and of the account, each with its time zone", () => {
    const given = settings({
      ...{ dailyCap: 5_000, timeZone: "America/New_York" },
      senders: [
        { match: "+1*", dailyCap: 100 },
        { match: "Acme", dailyCap: 9, timeZone: "UTC" },
      ],
    });
    const caps = (from: string) => {
      const pace = senderPaceOf({ from }, given);
      return [pace?.dailyCap, pace?.connectionCap];
    };
    const account = { most: 5_000, timeZone: "America/New_York" };
    expect(caps("+14155550100")).to.deep.equal([{ most: 100, timeZone: "America/New_York" }, account]);
    expect(caps("Acme")).to.deep.equal([{ most: 9, timeZone: "UTC" }, account]);
    expect(caps("12345")).to.deep.equal([null, account]);
  });

  it("is nobody's for what Twilio sends at a time of its own, and without a sender", () => {
    expect(senderPaceOf({ from: "+14155550100", sendAt: "2026-01-01T00:00:00Z" }, settings())).to.equal(null);
    expect(senderPaceOf({}, settings())).to.equal(null);
  });
});
