import { expect } from "chai";
import { openBench, openCatcher } from "./bench.js";

const from = "+16175551212";
const service = `MG${"1".repeat(32)}`;
const another = `MG${"2".repeat(32)}`;
const numbers = ["+15005550006", "+16175550198", "+16175550199"] as const;

describe("the simulator's opt-outs", () => {
  async function open(services: readonly object[] = []) {
    const catcher = await openCatcher((response) => response.writeHead(200).end("<Response/>"));
    const bench = await openBench({ inboundUrls: { url: catcher.url, fallbackUrl: null }, ownedNumbers: numbers });
    const set = await bench.call("PUT", "/simulator/account", { json: { services } });
    expect(set.status).to.equal(200);
    const write = async (body: string, more: object = {}) => {
      const written = bench.simulator.write({ from, body, ...more });
      await bench.simulator.settled();
      return { ...written, fields: catcher.caught.at(-1)!.fields };
    };
    const send = async (form: Readonly<Record<string, string | null>> = {}) => {
      const { status, body } = await bench.create(form);
      return status === 201 ? "taken" : body.code;
    };
    const close = async (): Promise<void> => {
      await bench[Symbol.asyncDispose]();
      await catcher[Symbol.asyncDispose]();
    };
    return { bench, write, send, [Symbol.asyncDispose]: close };
  }

  it("block the number that was texted STOP with 21610, until START", async () => {
    await using test = await open();
    const { autoReply, fields } = await test.write(" stop ");
    expect(autoReply).to.contain("unsubscribed");
    expect(fields).not.to.have.any.keys("OptOutType", "MessagingServiceSid");
    expect([await test.send(), await test.send({ From: numbers[1] })]).to.deep.equal([21610, "taken"]);
    expect(await test.send({ To: "+16175551213" })).to.equal("taken");
    expect((await test.write("Start")).autoReply).to.contain("re-subscribed");
    expect(await test.send()).to.equal("taken");
  });

  for (const word of ["STOPALL", "unsubscribe", "Cancel", "END", "quit", "revoke", "OPTOUT"]) {
    it(`take ${word} for STOP`, async () => {
      await using test = await open();
      await test.write(word);
      expect(await test.send()).to.equal(21610);
    });
  }

  it("take only the whole text for a word, answer HELP, and YES only to somebody who has opted out", async () => {
    await using test = await open();
    expect((await test.write("Please stop")).autoReply).to.equal(null);
    expect((await test.write("help")).autoReply).to.contain("Reply STOP");
    expect((await test.write("yes")).autoReply).to.equal(null);
    expect(await test.send()).to.equal("taken");
    await test.write("STOP");
    expect((await test.write("yes")).autoReply).to.contain("re-subscribed");
    expect(await test.send()).to.equal("taken");
  });

  it("hold for a whole messaging service, by whichever of its numbers it sends", async () => {
    await using test = await open([{ sid: service, numbers: numbers.slice(1) }]);
    const { fields } = await test.write("STOP", { to: numbers[1] });
    expect(fields).to.include({ MessagingServiceSid: service });
    expect(fields).not.to.have.property("OptOutType");
    const byService = { From: null, MessagingServiceSid: service };
    expect(await test.send(byService)).to.equal(21610);
    expect([await test.send({ From: numbers[1] }), await test.send({ From: numbers[2] })]).to.deep.equal([
      21610, 21610,
    ]);
    expect(await test.send()).to.equal("taken");
    await test.write("START", { to: numbers[2] });
    expect(await test.send(byService)).to.equal("taken");
  });

  it("hold for a service of which nothing is known when its number was texted STOP", async () => {
    await using test = await open();
    await test.write("STOP");
    expect(await test.send({ From: null, MessagingServiceSid: another })).to.equal(21610);
  });

  it("say OptOutType where Advanced Opt-Out is on, also for words of its own", async () => {
    await using test = await open([
      { sid: service, numbers: [numbers[1]], advancedOptOut: true, stopWords: ["Arret"] },
    ]);
    const to = numbers[1];
    const said = async (body: string) => (await test.write(body, { to })).fields.OptOutType ?? null;
    expect([await said("HELP"), await said("hello"), await said("ARRET")]).to.deep.equal(["HELP", null, "STOP"]);
    expect(await test.send({ From: to })).to.equal(21610);
    expect(await said("START")).to.equal("START");
  });

  it("hold for the numbers that the API shows in a service's pool", async () => {
    await using test = await open([{ sid: service, numbers: [numbers[1]] }]);
    const { body } = await test.bench.call("GET", `/v1/Services/${service}/PhoneNumbers`);
    expect((body.phone_numbers as { phone_number: string }[]).map((one) => one.phone_number)).to.deep.equal([
      numbers[1],
    ]);
    await test.write("STOP", { to: numbers[1] });
    expect(await test.send({ From: null, MessagingServiceSid: service })).to.equal(21610);
  });

  it("know nothing of WhatsApp", async () => {
    await using test = await open();
    const { autoReply } = await test.write("STOP", { from: `whatsapp:${from}` });
    expect([autoReply, await test.send()]).to.deep.equal([null, "taken"]);
    await test.write("STOP");
    const whatsapp = { From: "whatsapp:+15005550006", To: `whatsapp:${from}` };
    expect(await test.send(whatsapp)).to.equal("taken");
  });

  it("refuse services that make no sense, naming the member", async () => {
    await using test = await open();
    const refusals: [object, string][] = [
      [{ services: {} }, "services must be a list"],
      [{ services: [{ sid: "MG1" }] }, "services/0/sid must be MG and 32 hex digits"],
      [{ services: [{ numbers: [] }] }, "services/0/sid"],
      [{ services: [{ sid: service }, { sid: another, numbers: [1] }] }, "services/1/numbers"],
      [{ services: [{ sid: service, stopWords: "x" }] }, "services/0/stopWords"],
      [{ services: [{ sid: service, advancedOptOut: 1 }] }, "services/0/advancedOptOut"],
      [{ services: [{ sid: service, color: "red" }] }, "has no member color"],
    ];
    for (const [json, words] of refusals) {
      const { status, body } = await test.bench.call("PUT", "/simulator/account", { json });
      expect([status, body.code]).to.deep.equal([400, "REQUEST_INVALID"]);
      expect(body.detail).to.contain(words);
    }
  });
});
