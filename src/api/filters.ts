import { PatchbayError } from "../core/errors.js";
import { described, text } from "./contract/schema.js";

/** Query parameters of lists of things that are about a record. */
export const aboutMembers = {
  dataType: described("About records of this data type, `namespace/Type`.", text({ minLength: 1, maxLength: 200 })),
  key: described("About the record with this key; needs dataType.", text({ minLength: 1, maxLength: 1024 })),
};

/** @throws REQUEST_INVALID when a key comes without its data type: keys are unique within one only. */
export function requireDataTypeWithKey({ dataType, key }: { dataType?: string; key?: string }): void {
  if (key === undefined || dataType !== undefined) return;
  throw new PatchbayError(
    "REQUEST_INVALID",
    "The query parameter key needs dataType beside it, such as ecommerce/Order",
  );
}
