import { openChances } from "./chances.js";
import type { Order } from "./orders.js";

/** One request of a store, as often as it takes. */
export interface Parcel {
  readonly form: "single" | "array" | "lines";
  readonly orders: readonly Order[];
  /** `Idempotency-Key` of the request; null for none. */
  readonly key: string | null;
  /** Whether the store sends it twice although nothing was wrong: at the same time, or again afterwards. */
  readonly repeat: "none" | "at once" | "afterwards";
}

const LARGEST_PARCEL = 8;

/** Puts orders into parcels as stores do: mostly alone, some as arrays, some line by line. */
export function packOrders(orders: readonly Order[], seed: number): readonly Parcel[] {
  const chances = openChances(seed, "parcels");
  const parcels: Parcel[] = [];
  for (let index = 0; index < orders.length; ) {
    const form = chances.happens(0.85) ? "single" : chances.pick(["array", "lines"] as const);
    const size = form === "single" ? 1 : chances.whole(2, LARGEST_PARCEL);
    const keyed = form !== "lines" && chances.happens(0.5);
    const repeat = chances.happens(0.85) ? "none" : chances.pick(["at once", "afterwards"] as const);
    const packed = orders.slice(index, index + size);
    parcels.push({ form, orders: packed, key: keyed ? `chaos-${seed}-${index}` : null, repeat });
    index += packed.length;
  }
  return parcels;
}
