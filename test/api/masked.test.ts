import { expect } from "chai";
import { message } from "../../src/api/contract/message.js";
import { anyObject, array, nullable, object, text } from "../../src/api/contract/schema.js";
import { maskOf, requireMaskable, showsPeople } from "../../src/api/masked.js";
import { defineRoute, type Route } from "../../src/api/route.js";
import { type Caller, roles } from "../../src/core/caller.js";
import { PatchbayError } from "../../src/core/errors.js";

const as = (role: Caller["role"]): Caller => ({ kind: "key", id: "key_1", name: "k", role });

const route = (given: Partial<Route> = {}): Route =>
  ({
    ...defineRoute({
      ...{ id: "x", method: "GET", path: "/api/v1/x", may: "runs:read", tag: "x", summary: "" },
      answers: { 200: object({ id: text(), nickname: nullable(text()), payload: anyObject, all: array(text()) }) },
      errors: [],
      handle: () => null,
    }),
    ...given,
  }) as Route;

const body = { id: "run_1", nickname: "Ann", payload: { id: "ann@example.com", age: 41, vip: true }, all: ["Bob"] };

describe("an answer", () => {
  it("shows people to those who work with them, and to nobody else", () => {
    for (const role of roles) {
      const shown = maskOf(route())?.({ status: 200, body }, as(role)).body;
      const sees = role !== "read" && role !== "push";
      expect(JSON.stringify(shown).includes("Ann"), role).to.equal(sees);
    }
  });

  it("keeps its shape: our ids stay, what is not known to be ours is masked, documents of any shape altogether", () => {
    expect(maskOf(route())?.({ status: 200, body }, as("read")).body).to.deep.equal({
      ...{ id: "run_1", nickname: "A•••", all: ["B•••"] },
      payload: { id: "a•••@•••", age: "•••", vip: true },
    });
  });

  it("is masked by the schemas that it refers to, too: a text says to whom it went no more, and all the same how it went", () => {
    const sent = {
      id: "msg_1",
      channel: "sms",
      to: "+14155550132",
      body: "Hello Ann",
      status: "delivered",
      segments: 1,
    };
    const answers = { 200: object({ items: array(message) }) };
    const { items } = maskOf(route({ answers }))?.({ status: 200, body: { items: [sent] } }, as("read")).body as {
      items: object[];
    };
    expect(items).to.deep.equal([{ ...sent, to: "+1415•••0132", body: "H•••" }]);
  });

  it("that is a file or a list to take away is not given at all", () => {
    const file = route({ may: "attachments:read", answerType: "*/*" });
    expect(() => requireMaskable(file, as("read")))
      .to.throw(PatchbayError)
      .with.property("code", "NOT_ALLOWED");
    requireMaskable(file, as("agent"));
  });

  it("about definitions is as it is, and a new kind of address is masked until somebody has said otherwise", () => {
    expect(showsPeople({ may: "flows:read", path: "/api/v1/flows" })).to.equal(false);
    expect(showsPeople({ may: "timeline:read", path: "/api/v1/timeline" })).to.equal(true);
    expect(showsPeople({ may: "news:read" as never, path: "/api/v1/news" })).to.equal(true);
  });
});
