import type { JsonObject } from "../../core/json.js";
import type { RehearsedCall } from "../../engine/rehearsal.js";
import { array, described, integer, named, nullable, object, type Static, text } from "./schema.js";

/** What is sent where nobody says what. */
const ORDINARY_TEXT = "This is a test text from Patchbay. Nothing was ordered, and nothing has to be done.";

/** A test text that is to be sent. */
export const testText = named(
  "TestText",
  object(
    { to: described("Phone number as people write it, best in E.164.", text({ minLength: 1, maxLength: 100 })) },
    { text: described("What it says; a plain test text when absent.", text({ minLength: 1, maxLength: 1_600 })) },
  ),
);

/** What a test text would be sent as. */
export const testTextPreview = named(
  "TestTextPreview",
  object({
    flow: described("The built-in flow that sends it: its run is found by this name.", text()),
    channel: text(),
    to: described("The recipient as the vendor is told.", text()),
    sender: described("A number, a name, or a service that chooses one; null when the vendor does.", nullable(text())),
    body: described("What the recipient reads.", text()),
    segments: described("How many messages it is charged as.", integer({ minimum: 1 })),
    instead: described("Why that is sent and not what was asked for.", nullable(text())),
    obstacles: described("Why it would not be sent, or not at once; empty when nothing is in the way.", array(text())),
  }),
);

export type TestTextOrder = Static<typeof testText>;
export type TestTextPreviewView = Static<typeof testTextPreview>;

/** The schemas of test texts, for the list of named ones. */
export const testTextParts = [testText, testTextPreview];

/** Gives the record that the built-in flow sends. */
export function toTestRecord({ to, text: said = ORDINARY_TEXT }: TestTextOrder): JsonObject {
  return { to, text: said };
}

/** @param sender As the connector names it; null when nobody in particular sends it. */
export function toTestTextPreview(
  { message, instead, obstacles }: RehearsedCall,
  { flow, sender }: { readonly flow: string; readonly sender: string | null },
): TestTextPreviewView {
  if (message === null) throw new Error("a test text is a message");
  const { channel, to, from, body, segments } = message;
  return { flow, channel, to, sender: from ?? sender, body, segments, instead, obstacles };
}
