interface Entry {
  readonly status: number;
  readonly message: string;
}

const bad = (message: string): Entry => ({ status: 400, message });

/**
 * Every refusal the simulator gives, by Twilio's code, in our own words.
 *
 * 21611 is answered with 429: that is what the test credentials give for the sender +15005550008.
 *
 * Source: https://www.twilio.com/docs/api/errors
 */
const entries = {
  20001: bad("A parameter cannot be read"),
  20003: { status: 401, message: "The account SID or the auth token is wrong" },
  20004: { status: 405, message: "This resource does not know the method" },
  20404: { status: 404, message: "There is no such resource" },
  20500: { status: 500, message: "The simulator failed" },
  21211: bad("'To' is not a valid recipient"),
  21212: bad("'From' is not a valid phone number, short code or alphanumeric sender"),
  21408: bad("The account may not send to the region of 'To'"),
  21602: bad("One of 'Body', 'MediaUrl' and 'ContentSid' is required"),
  21603: bad("One of 'From' and 'MessagingServiceSid' is required"),
  21604: bad("'To' is required"),
  21606: bad("'From' is not a number of this account that can send messages"),
  21608: bad("A trial account may text verified numbers only"),
  21609: bad("'StatusCallback' is not a URL that can be called"),
  21610: bad("The recipient has unsubscribed from this sender"),
  21611: { status: 429, message: "The queue of 'From' is full" },
  21612: bad("'To' cannot be reached from this 'From'"),
  21614: bad("'To' is not a mobile number"),
  21617: bad("'Body' is longer than 1,600 characters"),
  21620: bad("A 'MediaUrl' is not an absolute http(s) URL"),
  21623: bad("More than 10 'MediaUrl' values were given"),
  21624: bad("'ValidityPeriod' is not a whole number from 1 to 36,000"),
  21654: bad("'ContentVariables' needs a 'ContentSid'"),
  21655: bad("'ContentSid' is not the SID of a template"),
  21656: bad("'ContentVariables' is not a JSON object of texts"),
  21664: bad("'FallbackFrom' needs a 'MessagingServiceSid'"),
  21666: bad("'FallbackFrom' is not a sender"),
  21704: bad("The messaging service has nobody to send by"),
  21705: bad("'MessagingServiceSid' is not the SID of a messaging service"),
  21910: bad("'From' and 'To' are not on the same channel"),
  30409: bad("Only a scheduled message can be canceled"),
  35111: bad("'SendAt' is required with 'ScheduleType'"),
  35114: bad("'SendAt' is not a UTC time such as 2030-01-31T09:00:00Z"),
  35115: bad("'SendAt' is not between 5 minutes and 35 days ahead"),
  35118: bad("'MessagingServiceSid' is required to schedule a message"),
  63007: bad("'From' is not a sender of this channel"),
} as const satisfies Record<number, Entry>;

/** A Twilio error code that the simulator can answer with. */
export type TwilioCode = keyof typeof entries;

/** Thrown where a request is judged; the server answers with its status and Twilio's error body. */
export class Refusal extends Error {
  readonly code: TwilioCode;

  /** @param about What exactly was refused, added to the message. */
  constructor(code: TwilioCode, about = "") {
    super(about === "" ? entries[code].message : `${entries[code].message}: ${about}`);
    this.name = "Refusal";
    this.code = code;
  }

  get status(): number {
    return entries[this.code].status;
  }
}
