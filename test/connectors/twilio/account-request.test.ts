import { expect } from "chai";
import { createAccountRequests, originOf } from "../../../src/connectors/twilio/account/request.js";
import type { HttpRequest, HttpResponse } from "../../../src/http/http.js";

describe("originOf", () => {
  for (const [apiUrl, origin] of [
    ["https://api.twilio.com", "https://messaging.twilio.com"],
    ["https://api.twilio.com/", "https://messaging.twilio.com"],
    ["https://api.dublin.ie1.twilio.com", "https://messaging.dublin.ie1.twilio.com"],
    ["http://127.0.0.1:4010", "http://127.0.0.1:4010"],
    ["https://api.twilio.com.evil.example", "https://api.twilio.com.evil.example"],
  ] as const) {
    it(`takes the messaging product to be at ${origin} when the API is at ${apiUrl}`, () => {
      expect(originOf(apiUrl, "messaging")).to.equal(origin);
    });
  }
});

describe("twilio lists", () => {
  it("ask for the next page at the product's own host, whatever host the answer names", async () => {
    const asked: HttpRequest[] = [];
    const pages = [
      { services: [{ sid: "MG1" }], meta: { next_page_url: "https://evil.example/v1/Services?Page=1" } },
      { services: [{ sid: "MG2" }], meta: { next_page_url: null } },
    ];
    const http = {
      request: async (request: HttpRequest): Promise<HttpResponse> => {
        asked.push(request);
        const text = JSON.stringify(pages[asked.length - 1]);
        return { status: 200, headers: {}, text, elapsedMs: 1 };
      },
      download: () => Promise.reject(new Error("no file is asked for here")),
      connect: () => Promise.reject(new Error("nothing but HTTP is spoken here")),
      close: async () => {},
    };
    const settings = {
      ...{ accountSid: "AC1", authToken: "t", apiUrl: "https://api.twilio.com", checkMedia: false },
      ...{ mmsMegabytes: 5, whatsappMegabytes: 25, deleteMediaAfterFetch: false, currency: "USD" },
    };
    const found = await createAccountRequests(settings, http).list("messaging", "/v1/Services", "services");
    expect(found.map(({ sid }) => sid)).to.deep.equal(["MG1", "MG2"]);
    expect(asked.map(({ url }) => url)).to.deep.equal([
      "https://messaging.twilio.com/v1/Services?PageSize=50",
      "https://messaging.twilio.com/v1/Services?Page=1",
    ]);
  });
});
