import { expect } from "chai";
import { openPhoneDesk, openPhoneReach } from "../../src/simulator/phone-desk.js";
import type { SimulatedMessage } from "../../src/simulator/simulated-message.js";
import type { WrittenText } from "../../src/simulator/virtual-phones.js";

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 12, 0, second));

function message(sid: string, toNumber: string, second: number): SimulatedMessage {
  return { sid, toNumber, body: sid, status: "delivered", createdAt: at(second) } as SimulatedMessage;
}

function written(sid: string, second: number, autoReply: string | null): WrittenText {
  return { sid, from: "+12135550142", body: sid, autoReply, writtenAt: at(second) } as WrittenText;
}

function open() {
  const reach = openPhoneReach();
  const simulator = {
    messages: () => [message("SM1", "+12135550142", 1), message("SM2", "+16175550123", 2)],
    written: () => [written("SM3", 3, "You are unsubscribed.")],
    write: (): WrittenText => written("SM4", 4, null),
  };
  return { reach, desk: openPhoneDesk({ simulator, reach, samples: [] }) };
}

describe("Phones on a desk", () => {
  it("show what came and what was written in the order of time, the phone used last first", () => {
    const phones = open().desk.phones();
    expect(phones.map(({ number }) => number)).to.deep.equal(["+12135550142", "+16175550123"]);
    const texts = phones[0]?.texts.map(({ direction, body }) => `${direction} ${body}`);
    expect(texts).to.deep.equal(["in SM1", "out SM3", "in You are unsubscribed."]);
  });

  it("get nothing while they are off", () => {
    const { reach, desk } = open();
    desk.reach("+16175550123", false);
    expect(reach.foretell(message("SM5", "+16175550123", 5))?.statuses.at(-1)).to.equal("undelivered");
    expect(desk.phones()[1]?.reachable).to.equal(false);
    desk.reach("+16175550123", true);
    expect(reach.foretell(message("SM5", "+16175550123", 5))).to.equal(null);
  });
});
