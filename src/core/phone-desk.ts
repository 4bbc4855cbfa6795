import type { JsonObject } from "./json.js";
import type { MessageStatus } from "./message.js";

/** One text on the screen of a simulated phone, or one that did not get there. */
export interface PhoneText {
  readonly id: string;
  /** `in`: to the phone; `out`: the phone's owner wrote it. */
  readonly direction: "in" | "out";
  readonly body: string;
  /** How far it has come; null for what the owner wrote, and for what the vendor answers by itself. */
  readonly status: MessageStatus | null;
  readonly at: Date;
}

/** A simulated customer's phone. */
export interface SimulatedPhone {
  readonly number: string;
  /** Whether texts arrive at it. */
  readonly reachable: boolean;
  /** Oldest first, the newest of them. */
  readonly texts: readonly PhoneText[];
}

/** A record that can be pushed to see what becomes of it. */
export interface SampleRecord {
  readonly dataType: string;
  readonly document: JsonObject;
}

/** The phones of a vendor that is simulated in this process. A server that really sends has none. */
export interface PhoneDesk {
  readonly samples: readonly SampleRecord[];
  /** The phones that were written to or have written, last used first. */
  phones(): readonly SimulatedPhone[];
  /** Lets a phone's owner write to us. @throws REQUEST_INVALID */
  write(number: string, body: string): void;
  /** Switches a phone off and on. */
  reach(number: string, reachable: boolean): void;
}
