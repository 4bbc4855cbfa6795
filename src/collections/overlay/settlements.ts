import { PatchbayError } from "../../core/errors.js";
import type { Settlement } from "./local-change.js";

type Settlements = Readonly<Record<string, Settlement>>;

/**
 * Sorts what was settled by collection: `shop/flows/tell.flow.yaml` is a file of `shop`, `flows/tell.flow.yaml` one of the only
 * collection that was asked for.
 *
 * @throws REQUEST_INVALID when it is not said, or not known, of which collection a file is
 */
export function settlementsByCollection(
  settlements: Settlements,
  names: readonly string[],
  asked: readonly string[],
): ReadonlyMap<string, Settlements> {
  const found = new Map<string, Record<string, Settlement>>();
  for (const [key, settlement] of Object.entries(settlements)) {
    const named = names.find((name) => key.startsWith(`${name}/`));
    const name = named ?? (asked.length === 1 ? asked[0] : undefined);
    if (name === undefined) {
      throw new PatchbayError(
        "REQUEST_INVALID",
        `Say of which collection ${key.slice(0, 240)} is: <collection>/${key.slice(0, 240)}`,
      );
    }
    const file = named === undefined ? key : key.slice(named.length + 1);
    found.set(name, { ...found.get(name), [file]: settlement });
  }
  return found;
}
