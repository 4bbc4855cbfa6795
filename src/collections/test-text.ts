import type { OpenConnection } from "../core/catalog.js";
import { PatchbayError } from "../core/errors.js";
import type { CallStep, FlowVersion } from "../core/flow.js";
import { defaultRetryPolicy } from "../core/retry-policy.js";
import { toFlowVersion } from "./flow-version.js";
import { BUILT_IN } from "./surroundings.js";

/** Name of the flow of one step that test texts are sent by. */
export const TEST_TEXT_FLOW = `${BUILT_IN}/test-text`;

/** Tells whether a test text can be sent by a connection. */
export function sendsTexts({ connector }: Pick<OpenConnection, "connector">): boolean {
  return connector.endpoints.some(({ testText }) => testText !== undefined);
}

/**
 * Gives the flow that sends one test text by a connection. It is an ordinary flow with one call, so that the text goes the way of all
 * others: checked, held against consent, paced, in the ledger, followed. Its record is `{ to, text }`.
 *
 * @throws ENDPOINT_UNKNOWN when the connection sends no texts
 */
export function testTextFlow({ name, connector }: OpenConnection): FlowVersion {
  const endpoint = connector.endpoints.find(({ testText }) => testText !== undefined);
  if (endpoint?.testText === undefined) {
    throw new PatchbayError("ENDPOINT_UNKNOWN", `${name} sends no texts: it is a connection to ${connector.title}`, {
      remedy: "Choose a connection that sends texts, such as one to Twilio.",
    });
  }
  const { key, testText } = endpoint;
  const send: CallStep = {
    ...{ id: "send", when: null, onError: "fail", connection: name, retry: defaultRetryPolicy },
    ...{ kind: "call", endpoint: `${connector.key}/${key}`, with: testText },
  };
  const about = { title: "Test text", summary: "Sends one text that a person has asked for." };
  return toFlowVersion(
    { name: TEST_TEXT_FLOW, ...about, on: { kind: "manual", when: null }, steps: [send] },
    null,
    new Map(),
  );
}
