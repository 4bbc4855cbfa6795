import { PatchbayError } from "../core/errors.js";

const nouns = { "data-types": "data type", records: "data type", flows: "flow", translators: "translator" } as const;

/**
 * Gives the address of something named `namespace/name`.
 * @throws COMMAND_INVALID when it is not written so.
 */
export function namedPath(list: keyof typeof nouns, name: string): string {
  const [namespace, own, ...rest] = name.split("/");
  if (namespace && own && rest.length === 0) {
    return `/api/v1/${list}/${encodeURIComponent(namespace)}/${encodeURIComponent(own)}`;
  }
  throw new PatchbayError("COMMAND_INVALID", `${name} does not name a ${nouns[list]}: write namespace/name`);
}
