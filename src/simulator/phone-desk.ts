import type { PhoneDesk, PhoneText, SampleRecord, SimulatedPhone } from "../core/phone-desk.js";
import type { Outcome } from "./magic-numbers.js";
import type { SimulatedMessage } from "./simulated-message.js";
import type { Simulator } from "./start-simulator.js";
import type { WrittenText } from "./virtual-phones.js";

/** Which phones are switched off; given to a simulator before it starts. */
export interface PhoneReach {
  readonly foretell: (message: SimulatedMessage) => Outcome | null;
  has(number: string): boolean;
  set(number: string, reachable: boolean): void;
}

const MOST_PHONES = 30;
const MOST_TEXTS = 50;
/** Handset unreachable. Source: https://www.twilio.com/docs/api/errors/30003 */
const unreachable: Outcome = { statuses: ["sent", "undelivered"], errorCode: 30003 };

/** Opens the memory of which phones are off; all are on. */
export function openPhoneReach(): PhoneReach {
  const off = new Set<string>();
  return {
    foretell: ({ toNumber }) => (off.has(toNumber) ? unreachable : null),
    has: (number) => !off.has(number),
    set: (number, reachable) => void (reachable ? off.delete(number) : off.add(number)),
  };
}

interface DeskParts {
  readonly simulator: Pick<Simulator, "messages" | "written" | "write">;
  readonly reach: PhoneReach;
  readonly samples: readonly SampleRecord[];
}

/** Shows a simulator's texts as the phones that they went to. */
export function openPhoneDesk({ simulator, reach, samples }: DeskParts): PhoneDesk {
  return {
    samples,
    phones: () => toPhones(simulator, reach),
    write: (from, body) => void simulator.write({ from, body }),
    reach: (number, reachable) => reach.set(number, reachable),
  };
}

function toPhones({ messages, written }: DeskParts["simulator"], reach: PhoneReach): SimulatedPhone[] {
  const texts = new Map<string, PhoneText[]>();
  const add = (number: string, ...added: PhoneText[]): void => {
    texts.set(number, [...(texts.get(number) ?? []), ...added]);
  };
  for (const message of messages()) add(message.toNumber, toText(message));
  for (const text of written()) add(text.from, ...fromPhone(text));
  const phones = [...texts].map(([number, all]) => ({
    number,
    reachable: reach.has(number),
    texts: all.sort((one, other) => one.at.getTime() - other.at.getTime()).slice(-MOST_TEXTS),
  }));
  return phones.sort((one, other) => lastAt(other) - lastAt(one)).slice(0, MOST_PHONES);
}

function lastAt({ texts }: SimulatedPhone): number {
  return texts.at(-1)?.at.getTime() ?? 0;
}

function toText({ sid, body, status, createdAt }: SimulatedMessage): PhoneText {
  return { id: sid, direction: "in", body, status, at: createdAt };
}

function fromPhone({ sid, body, autoReply, writtenAt }: WrittenText): PhoneText[] {
  const own: PhoneText = { id: sid, direction: "out", body, status: null, at: writtenAt };
  if (autoReply === null) return [own];
  return [own, { id: `${sid}-answer`, direction: "in", body: autoReply, status: null, at: writtenAt }];
}
