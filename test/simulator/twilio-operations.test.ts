import { expect } from "chai";
import { sendMessagePayloadSchema } from "../../src/connectors/twilio/endpoints/send-message-payload.js";
import { type Bench, type Form, openBench, type Reply, readFixture } from "./bench.js";

interface Parameter {
  readonly in: "path" | "query" | "form";
  readonly name: string;
  readonly required?: boolean;
  readonly list?: boolean;
  readonly type: "string" | "integer" | "number" | "boolean";
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

interface Member {
  readonly type: string;
  readonly nullable?: boolean;
  readonly enum?: readonly string[];
}

interface Operation {
  readonly operation: string;
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly success: number;
  readonly parameters: readonly Parameter[];
  readonly answer: Readonly<Record<string, Member>>;
}

const { operations } = readFixture<{ operations: readonly Operation[] }>("twilio-operations.json");
const service = `MG${"a".repeat(32)}`;
const content = `HX${"b".repeat(32)}`;
const scheduled = (): Form => ({
  ...{ From: null, MessagingServiceSid: service, ScheduleType: "fixed" },
  SendAt: new Date(Date.now() + 3_600_000).toISOString(),
});

/** What has to stand beside a parameter, or in place of another, for it to make sense. */
const company: Readonly<Record<string, () => Form>> = {
  ContentSid: () => ({ Body: null }),
  ContentVariables: () => ({ Body: null, ContentSid: content }),
  ScheduleType: scheduled,
  SendAt: scheduled,
  FallbackFrom: () => ({ From: null, MessagingServiceSid: service }),
  Status: () => ({}),
};

/** Values that Twilio's description of a parameter allows, where its type does not say enough. */
const own: Readonly<Record<string, readonly string[]>> = {
  Body: ["Hello"],
  ContentVariables: ['{"1":"x"}'],
  PersistentAction: ["geo:1,2|Shop"],
  PageToken: [],
  ValidityPeriod: ["1", "36000"],
};

function goodValues({ name, type, format, enum: words, pattern, minimum, maximum }: Parameter): readonly string[] {
  const given = own[name];
  if (given !== undefined) return given;
  if (words !== undefined) return words;
  if (pattern !== undefined) return [`${/^\^\(?([A-Z]{2})/.exec(pattern)?.[1]}${"c".repeat(32)}`];
  if (type === "boolean") return ["true", "false"];
  if (type === "number") return ["1", "0.05"];
  if (type === "integer") return [String(minimum ?? 1), String(maximum ?? 10)];
  if (format === "phone-number") return [name === "To" ? "+14165551212" : "+15005550006"];
  if (format === "uri") return ["http://127.0.0.1:1/callback"];
  if (format === "date-time") return [new Date(Date.now() + 7_200_000).toISOString()];
  return ["anything"];
}

/** A list's filter by a number is compared and not judged. */
function badValues({ in: place, type, format, enum: words, pattern, minimum }: Parameter): readonly string[] {
  if (place === "query" && format === "phone-number") return [];
  if (words !== undefined || pattern !== undefined) return ["wrong"];
  if (type === "boolean") return ["maybe", "1"];
  if (type === "number") return ["much", "1,5"];
  if (type === "integer") return ["many", "1.5", ...(minimum === undefined ? [] : [String(minimum - 1)])];
  if (format === "phone-number") return ["?"];
  if (format === "uri") return ["nowhere"];
  if (format === "date-time") return ["soon"];
  return [];
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

describe("the simulator agrees with Twilio's published description", () => {
  let bench: Bench;
  let message: string;
  let media: string;

  before(async () => {
    bench = await openBench();
  });
  beforeEach(async () => {
    const created = await bench.create({ ...scheduled(), MediaUrl: "https://a.test/1.png" });
    message = String(created.body.sid);
    const list = await bench.call("GET", `${bench.accountPath}/Messages/${message}/Media.json`);
    media = String((list.body.media_list as { sid: string }[])[0]!.sid);
  });
  after(() => bench[Symbol.asyncDispose]());

  /** Gives the path with what is there, but for what is given. */
  function pathOf({ path }: Operation, given: Readonly<Record<string, string>> = {}): string {
    const { accountSid } = bench.simulator;
    const isMedia = path.includes("/Media/");
    const sid = isMedia ? media : path.includes("/Messages/") ? message : accountSid;
    const there: Record<string, string> = { AccountSid: accountSid, MessageSid: message, Sid: sid, ...given };
    return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => there[name] ?? "");
  }

  function call(operation: Operation, parameter: Parameter | null, value = ""): Promise<Reply> {
    const { method } = operation;
    if (parameter?.in === "path") return bench.call(method, pathOf(operation, { [parameter.name]: value }));
    const query: Record<string, string> = parameter?.in === "query" ? { [parameter.name]: value } : {};
    const given: Form = parameter?.in === "form" ? { [parameter.name]: value } : {};
    const beside = company[parameter?.name ?? ""]?.() ?? {};
    if (operation.operation === "CreateMessage") return bench.create({ ...beside, ...given });
    const form = operation.operation === "UpdateMessage" && parameter === null ? { Body: "" } : given;
    return bench.call(method, pathOf(operation), { query, form });
  }

  function requireDescribed({ answer }: Operation, { body }: Reply): void {
    expect(Object.keys(body)).to.have.members(Object.keys(answer));
    for (const [name, member] of Object.entries(answer)) {
      const value = body[name];
      if (member.nullable === true && value === null) continue;
      expect(typeOf(value), name).to.equal(member.type);
      if (member.enum !== undefined) expect(member.enum, name).to.include(value);
    }
  }

  function testValues(operation: Operation, parameter: Parameter): void {
    const { name } = parameter;
    const isText = name === "Body" && operation.operation === "UpdateMessage"; // which may only be made empty
    const good = isText ? [""] : goodValues(parameter);
    if (good.length > 0) {
      it(`takes ${name} as ${good.join(", ")}`, async () => {
        for (const value of good) {
          expect((await call(operation, parameter, value)).status, value).to.equal(operation.success);
        }
      });
    }
    for (const value of badValues(parameter)) {
      it(`refuses ${name} as ${value}`, async () => {
        const { status, body } = await call(operation, parameter, value);
        expect(status).to.equal(400);
        expect(body.code).to.be.a("number");
      });
    }
    if (parameter.required === true) {
      it(`misses ${name}`, async () => {
        expect((await call(operation, parameter, "")).status).to.equal(400);
      });
    }
  }

  function testPath(operation: Operation, parameter: Parameter): void {
    it(`finds nothing for another ${parameter.name} than there is`, async () => {
      for (const value of ["wrong", ...goodValues(parameter)]) {
        expect((await call(operation, parameter, value)).status, value).to.be.oneOf([401, 404]);
      }
    });
  }

  for (const operation of operations) {
    describe(operation.operation, () => {
      it(`is answered with ${operation.success}, and exactly the members that are described`, async () => {
        const reply = await call(operation, null);
        expect(reply.status).to.equal(operation.success);
        requireDescribed(operation, reply);
      });
      for (const parameter of operation.parameters) {
        if (parameter.in === "path") testPath(operation, parameter);
        else testValues(operation, parameter);
      }
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
