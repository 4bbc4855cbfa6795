import type { JsonObject } from "../../core/json.js";
import { readSample } from "../samples.js";

/** What should become of a record: a delivered text, a notice without a text, or a failure that somebody corrects. */
export type Expected = "text" | "notice" | "failure";

/** One record that the demo pushes. */
export interface DemoRecord {
  /** `namespace/Type`. */
  readonly dataType: string;
  readonly document: JsonObject;
  readonly expected: Expected;
}

const samples: readonly { readonly name: string; readonly expected: Expected }[] = [
  { name: "ecommerce/orders", expected: "text" },
  { name: "ecommerce/order-without-phone", expected: "notice" },
  { name: "ecommerce/order-with-invalid-phone", expected: "failure" },
  { name: "ecommerce/customers", expected: "text" },
  { name: "ecommerce/customer-without-phone", expected: "notice" },
];

/** Reads the sample orders and customers, good ones and bad ones. */
export async function demoRecords(): Promise<readonly DemoRecord[]> {
  const records = await Promise.all(
    samples.map(async ({ name, expected }) => {
      const { dataType, documents } = await readSample(name);
      return documents.map((document) => ({ dataType, document, expected }));
    }),
  );
  return records.flat();
}
