import { expect } from "chai";
import { sendMessagePayloadSchema } from "../../src/connectors/twilio/endpoints/send-message-payload.js";
import type { Json, JsonObject } from "../../src/core/json.js";
import { operations as offered } from "../../src/simulator/operations.js";
import { memberOf } from "../../src/simulator/parameters.js";
import { type Ask, type Bench, type Form, openBench, type Reply, valid } from "./bench.js";
import {
  badValues,
  counterexampleOf,
  type DescribedOperation,
  type DescribedParameter,
  exampleOf,
  type Fact,
  type Facts,
  goodValues,
  lettersOf,
  readDescription,
  requireDescribed,
} from "./twilio-facts.js";

const { operations, beyond } = readDescription();
const numbers = ["+15005550006", "+16175550198"] as const;
const services = ["a", "b"].map((digit) => `MG${digit.repeat(32)}`);
const content = `HX${"b".repeat(32)}`;
const scheduled = (): Form => ({
  ...{ From: null, MessagingServiceSid: services[0] ?? "", ScheduleType: "fixed" },
  SendAt: new Date(Date.now() + 3_600_000).toISOString(),
});

/** What has to stand beside a parameter, or in place of another, for it to make sense. */
const company: Readonly<Record<string, () => Form>> = {
  ContentSid: () => ({ Body: null }),
  ContentVariables: () => ({ Body: null, ContentSid: content }),
  ScheduleType: scheduled,
  SendAt: scheduled,
  FallbackFrom: () => ({ From: null, MessagingServiceSid: services[0] ?? "" }),
};

/** Values where a parameter's type does not say enough, and Twilio says the rest in words. */
const own: Readonly<Record<string, readonly string[]>> = {
  "CreateMessage Body": ["Hello"],
  "CreateMessage ContentVariables": ['{"1":"x"}'],
  "CreateMessage PersistentAction": ["geo:1,2|Shop"],
  "CreateMessage ValidityPeriod": ["1", "36000"],
  "UpdateMessage Body": [""],
  "UpdateIncomingPhoneNumber ApiVersion": ["2010-04-01"],
  "ListChannelsSender Channel": ["whatsapp", "rcs"],
  "FetchMessagingGeopermissions CountryCode": ["US", "IN,PK,US"],
};
const ownBad: Readonly<Record<string, readonly string[]>> = {
  "UpdateMessage Body": ["Other words"],
  "UpdateIncomingPhoneNumber ApiVersion": ["2008-08-01"],
  "ListChannelsSender Channel": ["sms"],
  "FetchMessagingGeopermissions CountryCode": ["Germany", "XX"],
};

/** What Twilio has and the simulator refuses, saying that it does not simulate it. */
const notSimulated: Readonly<Record<string, readonly string[]>> = {
  UpdateChannelsSender: ["configuration", "profile"],
};

/** What an operation must be sent besides the parameter that is tried. */
const always: Readonly<Record<string, Ask>> = {
  UpdateMessage: { form: { Body: "" } },
  ListChannelsSender: { query: { Channel: "whatsapp" } },
  CreateContent: { json: { language: "en", types: { "twilio/text": { body: "Hello" } } } },
  CreateApprovalCreate: { json: { name: "hello", category: "UTILITY" } },
  UpdateChannelsSender: { json: {} },
};

describe("the simulator agrees with Twilio's published description", () => {
  let bench: Bench;
  /** SIDs of what there is, by the letters that they begin with. */
  let there: Readonly<Record<string, string>>;

  const open = async (): Promise<void> => {
    bench = await openBench({ ownedNumbers: numbers });
    bench.simulator.setAccount({
      services: services.map((sid, index) => ({ sid, numbers: index === 0 ? numbers : [] })),
      whatsApp: numbers.map((number) => ({ number })),
      verified: numbers,
    });
    await bench.create(scheduled());
  };
  const close = (): PromiseLike<void> => bench[Symbol.asyncDispose]();
  const fill = async (): Promise<void> => {
    const { body } = await bench.create({ ...scheduled(), MediaUrl: ["https://a.test/1.png", "https://a.test/2.png"] });
    const sidAt = async (path: string, member: string): Promise<string> =>
      String(((await bench.call("GET", path)).body[member] as JsonObject[])[0]?.sid);
    there = {
      ...{ AC: bench.simulator.accountSid, SM: String(body.sid), MG: services[0] ?? "" },
      ME: await sidAt(`${bench.accountPath}/Messages/${body.sid}/Media.json`, "media_list"),
      PN: await sidAt(`${bench.accountPath}/IncomingPhoneNumbers.json`, "incoming_phone_numbers"),
      XE: await sidAt("/v2/Channels/Senders?Channel=whatsapp", "senders"),
      HX: bench.simulator.addTemplate({ friendlyName: "hello", body: "Hello {{1}}" }).sid,
    };
  };

  /** Gives the path with what is there, but for what is given. */
  function pathOf({ path, parameters }: DescribedOperation, given: Readonly<Record<string, string>> = {}): string {
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const { pattern = "" } = parameters.find((one) => one.name === name && one.in === "path") ?? {};
      return given[name] ?? there[lettersOf(pattern)] ?? "";
    });
  }

  function send(operation: DescribedOperation, { form, json, query }: Ask, path = pathOf(operation)): Promise<Reply> {
    const usual = always[operation.operation] ?? {};
    if (operation.operation === "CreateMessage")
      return bench.call("POST", path, { form: { ...valid, ...form }, ...(query && { query }) });
    const body = json ?? (form === undefined ? usual.json : undefined);
    return bench.call(operation.method, path, {
      query: { ...usual.query, ...query },
      ...(body === undefined ? { form: form ?? usual.form ?? {} } : { json: body }),
    });
  }

  function give(operation: DescribedOperation, { in: place, name }: DescribedParameter, value: string): Promise<Reply> {
    if (place === "path") return send(operation, {}, pathOf(operation, { [name]: value }));
    if (place === "query") return send(operation, { query: { [name]: value } });
    const beside = operation.operation === "CreateMessage" ? (company[name]?.() ?? {}) : {};
    return send(operation, { form: { ...beside, [name]: value } });
  }

  function giveJson(operation: DescribedOperation, changes: JsonObject): Promise<Reply> {
    return send(operation, { json: { ...(always[operation.operation]?.json as JsonObject), ...changes } });
  }

  async function requireRefusal(reply: Promise<Reply>, value: string): Promise<Reply> {
    const refusal = await reply;
    expect(refusal.status, value).to.equal(400);
    expect(refusal.body, value).to.have.all.keys("code", "message", "more_info", "status");
    expect(refusal.body.code, value).to.be.a("number");
    return refusal;
  }

  function testValues(operation: DescribedOperation, parameter: DescribedParameter): void {
    const { name, required } = parameter;
    const key = `${operation.operation} ${name}`;
    const good = own[key] ?? (name === "PageToken" ? [] : goodValues(parameter));
    it(`takes ${name} as ${good.join(", ")}`, async () => {
      for (const given of good) {
        const value = key === "UpdateIncomingPhoneNumber AccountSid" ? bench.simulator.accountSid : given;
        const { status, body } = await give(operation, parameter, value);
        expect(status, value).to.equal(operation.success);
        const isKept = parameter.in === "form" && /^Update(Incoming|Service)/.test(operation.operation);
        if (isKept) expect(String(body[memberOf(name)]), name).to.equal(value);
      }
    });
    for (const value of ownBad[key] ?? badValues(parameter)) {
      it(`refuses ${name} as ${value}`, () => requireRefusal(give(operation, parameter, value), value));
    }
    if (required === true) it(`misses ${name}`, () => requireRefusal(give(operation, parameter, ""), name));
  }

  function testPath(operation: DescribedOperation, parameter: DescribedParameter): void {
    it(`finds nothing for another ${parameter.name} than there is`, async () => {
      for (const value of ["wrong", ...goodValues(parameter)]) {
        expect((await give(operation, parameter, value)).status, value).to.be.oneOf([401, 404]);
      }
    });
  }

  /** A member of a JSON body, and what is in it. */
  function testMember(operation: DescribedOperation, parameter: DescribedParameter): void {
    const { name, members = {}, required } = parameter;
    if (notSimulated[operation.operation]?.includes(name)) {
      return void it(`says that ${name} is not simulated`, async () => {
        const { body } = await requireRefusal(giveJson(operation, { [name]: exampleOf(parameter) }), name);
        expect(body.message).to.contain("the simulator changes only");
      });
    }
    it(`takes ${name} only as it is described`, async () => {
      if (Object.keys(members).length === 0) {
        const word = name === "category" ? "MARKETING" : "hello";
        const example = parameter.type === "string" ? word : exampleOf(parameter);
        expect((await giveJson(operation, { [name]: example })).status).to.equal(operation.success);
      }
      await requireRefusal(giveJson(operation, { [name]: counterexampleOf(parameter) }), name);
    });
    if (required === true) {
      it(`misses ${name}`, async () => {
        const { [name]: _left, ...rest } = always[operation.operation]?.json as JsonObject;
        await requireRefusal(send(operation, { json: rest }), name);
      });
    }
    for (const [member, fact] of Object.entries(members)) {
      if (fact.type === "object") testForm(operation, { parameter: name, form: member, fact });
      else testDeepMember(operation, { parameter: name, member, fact });
    }
  }

  function testDeepMember(
    operation: DescribedOperation,
    { parameter, member, fact }: { parameter: string; member: string; fact: Fact },
  ): void {
    it(`takes and shows ${parameter}.${member}, and refuses it otherwise`, async () => {
      for (const value of [...(fact.enum ?? []), exampleOf(fact), ...(fact.nullable === true ? [null] : [])]) {
        const { status, body } = await giveJson(operation, { [parameter]: { [member]: value } });
        expect(status).to.equal(operation.success);
        expect((body[parameter] as JsonObject)[member]).to.equal(value);
      }
      const wrong = { [parameter]: { [member]: counterexampleOf(fact) } };
      await requireRefusal(giveJson(operation, wrong), member);
      await requireRefusal(giveJson(operation, { [parameter]: { other: "x" } }), "other");
    });
  }

  /** One of the forms that a template may have. */
  function testForm(
    operation: DescribedOperation,
    { parameter, form, fact }: { parameter: string; form: string; fact: Fact },
  ): void {
    const give = (value: Json): Promise<Reply> => giveJson(operation, { [parameter]: { [form]: value } });
    const least = exampleOf(fact) as JsonObject;
    it(`takes ${form} with each of its members, and refuses what is missing, wrong or unknown`, async () => {
      expect((await give(least)).status).to.equal(operation.success);
      for (const [name, member] of Object.entries(fact.members ?? {})) {
        expect((await give({ ...least, [name]: exampleOf(member) })).status, name).to.equal(operation.success);
        await requireRefusal(give({ ...least, [name]: counterexampleOf(member) }), name);
      }
      for (const name of fact.needs ?? []) {
        const { [name]: _left, ...rest } = least;
        await requireRefusal(give(rest), name);
      }
      expect(fact.closed).to.equal(true);
      await requireRefusal(give({ ...least, other: "x" }), "other");
    });
  }

  /** Lists of what the simulator has none of. */
  const emptyLists = ["ListChannelSender", "ListShortCode", "ListAlphaSender"];

  function testPages(operation: DescribedOperation, answer: Facts): void {
    const member = Object.keys(answer).find((name) => answer[name]?.type === "array") ?? "";
    const nextOf = ({ body }: Reply): string | null => {
      if (answer.meta === undefined) return body.next_page_uri as string | null;
      const { next_page_url: next, key } = body.meta as Readonly<Record<string, string | null>>;
      expect(key).to.equal(member);
      if (typeof next !== "string") return null;
      const { host, pathname, search } = new URL(next);
      expect(host).to.equal(operation.host);
      return pathname + search;
    };
    it("comes in pages, each with the address of the next", async () => {
      const whole = (await send(operation, {})).body[member] as JsonObject[];
      expect(whole.length).to.be[emptyLists.includes(operation.operation) ? "equal" : "greaterThan"](
        emptyLists.includes(operation.operation) ? 0 : 1,
      );
      const paged: Json[] = [];
      let reply = await send(operation, { query: { PageSize: "1" } });
      for (let next = nextOf(reply); ; next = nextOf(reply)) {
        expect((reply.body[member] as Json[]).length).to.be.at.most(1);
        paged.push(...(reply.body[member] as Json[]));
        if (next === null || paged.length > whole.length) break;
        reply = await bench.call("GET", next);
      }
      expect(paged).to.deep.equal(whole);
    });
  }

  it("in what there is: every operation that it offers is described, and the other way round", () => {
    const described = [...operations, ...beyond].map((one) => `${one.operation} ${one.method} ${one.path}`);
    const known = offered.map(({ name, method, path }) => `${name} ${method} ${path}`);
    const withoutNames = (words: string): string => words.replaceAll(/\{\w+\}/g, "{}");
    expect(known.map(withoutNames)).to.have.members(described.map(withoutNames));
  });

  it("in the methods of each path", async () => {
    await open();
    for (const { path } of offered) {
      const known = offered.filter((one) => one.path === path).map(({ method }) => method);
      const filled = path
        .replace("{AccountSid}", bench.simulator.accountSid)
        .replace("Accounts/{Sid}", `Accounts/${bench.simulator.accountSid}`);
      for (const method of ["GET", "POST", "DELETE", "PUT"] as const) {
        if ((known as string[]).includes(method)) continue;
        const { status, body } = await bench.call(method, filled.replaceAll(/\{\w+\}/g, "X1"));
        expect([status, body.code], `${method} ${path}`).to.deep.equal([405, 20004]);
      }
    }
    await close();
  });

  for (const operation of operations) {
    describe(operation.operation, () => {
      before(open);
      beforeEach(fill);
      after(close);
      it(`is answered with ${operation.success}, and exactly the members that are described`, async () => {
        const { status, body, text } = await send(operation, {});
        expect(status).to.equal(operation.success);
        if (operation.answer === undefined) expect(text).to.equal("");
        else requireDescribed(body, operation.answer);
      });
      it("refuses parameters that are not described", async () => {
        await requireRefusal(send(operation, { query: { Colour: "red" } }), "query");
        if (operation.method !== "POST") return;
        const isJson = operation.parameters.some((one) => one.in === "json");
        await requireRefusal(
          isJson ? giveJson(operation, { colour: "red" }) : send(operation, { form: { Colour: "red" } }),
          "body",
        );
      });
      for (const parameter of operation.parameters) {
        if (parameter.in === "path") testPath(operation, parameter);
        else if (parameter.in === "json") testMember(operation, parameter);
        else testValues(operation, parameter);
      }
      const isList = operation.parameters.some(({ name }) => name === "PageSize");
      if (isList && operation.answer !== undefined) testPages(operation, operation.answer);
    });
  }
});

describe("twilio/send-message", () => {
  /** Follows delivery itself, and has one value that goes with another parameter. */
  const ours = ["StatusCallback", "ScheduleType"];
  const create = operations.find(({ operation }) => operation === "CreateMessage")!;

  it("has every parameter that is described, but those that are ours to give", () => {
    const names = create.parameters.filter((one) => one.in === "form").map(({ name }) => name);
    const payload = Object.keys(sendMessagePayloadSchema.properties as object);
    const missing = names.filter((name) => !payload.includes(name.charAt(0).toLowerCase() + name.slice(1)));
    expect(missing).to.have.members(ours);
  });

  it("types them as they are described", () => {
    const properties = sendMessagePayloadSchema.properties as Readonly<Record<string, Record<string, unknown>>>;
    for (const { name, type, enum: words, pattern } of create.parameters) {
      const own = properties[name.charAt(0).toLowerCase() + name.slice(1)];
      if (own === undefined || name === "ContentVariables") continue;
      if (words !== undefined) expect(own.enum, name).to.deep.equal(words);
      else expect([own.type].flat(), name).to.include(type);
      if (pattern !== undefined) expect(own.pattern, name).to.equal(pattern);
    }
  });
});
