import { messageStatuses } from "../../core/message.js";
import type { PhoneDesk } from "../../core/phone-desk.js";
import {
  anyObject,
  array,
  described,
  flag,
  instant,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
  toInstant,
} from "./schema.js";

/** The phone of a simulated customer. */
export const simulatedPhone = named(
  "SimulatedPhone",
  object({
    number: text(),
    reachable: described("Whether texts arrive at it.", flag()),
    texts: described(
      "Oldest first, the newest 50.",
      array(
        object({
          id: text(),
          direction: described("`in`: to the phone; `out`: its owner wrote it.", oneOf(["in", "out"])),
          body: text(),
          status: described(
            "How far it has come; null for the owner's own and for the vendor's own answers.",
            nullable(oneOf(messageStatuses)),
          ),
          at: instant,
        }),
      ),
    ),
  }),
);

/** What is simulated. */
export const simulatorView = named(
  "Simulator",
  object({
    phones: described("Last used first.", array(simulatedPhone)),
    samples: described("Records to push.", array(object({ dataType: text(), document: anyObject }))),
  }),
);

/** What a simulated customer writes. */
export const phoneText = object({ body: text({ minLength: 1, maxLength: 1600 }) });

/** Switches a phone off or on. */
export const phoneReach = object({ reachable: flag() });

export type SimulatorView = Static<typeof simulatorView>;
export type SimulatedPhoneView = Static<typeof simulatedPhone>;

export function toSimulatorView(desk: PhoneDesk): SimulatorView {
  const phones = desk.phones().map(({ texts, ...phone }) => ({
    ...phone,
    texts: texts.map(({ at, ...rest }) => ({ ...rest, at: toInstant(at) })),
  }));
  return { phones, samples: desk.samples };
}
