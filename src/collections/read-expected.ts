import type { Expected, ExpectedMessage } from "./golden-test.js";
import type { ExpectFile } from "./golden-test-file.js";
import { qualified } from "./qualified-name.js";

/** Gives what a test expects, with qualified names. */
export function toExpected(file: ExpectFile, namespace: string): Expected {
  const { messages = [], notifications = [], records = [], runs = [], calls = [] } = file;
  const withFlow = <T extends { readonly flow?: string }>(one: T): T =>
    one.flow === undefined ? one : { ...one, flow: qualified(one.flow, namespace) };
  return {
    messages:
      messages === "any"
        ? null
        : messages.map(({ error, ...message }): ExpectedMessage => {
            return { ...withFlow(message), ...(error !== undefined && { error: String(error) }) };
          }),
    notifications: notifications === "any" ? null : notifications.map(withFlow),
    records: records.map((record) => ({ ...record, dataType: qualified(record.dataType, namespace) })),
    runs: runs.map(withFlow),
    calls: [...calls],
  };
}
