import type { Parcel } from "./parcels.js";
import { pushParcel, type Shop } from "./push-parcel.js";

const LANES = 12;

/**
 * Pushes every parcel, in a few lanes, each with one request at a time, and all together no faster than `rate`.
 *
 * @param before Called before a parcel is pushed for the first time.
 */
export async function pushAll(
  parcels: readonly Parcel[],
  { shop, rate, before }: { shop: Shop; rate: number; before: (parcel: Parcel) => Promise<void> },
): Promise<void> {
  const { trouble } = shop;
  const left = [...parcels];
  let nextAt = performance.now();
  const lane = async (): Promise<void> => {
    for (let parcel = left.shift(); parcel !== undefined; parcel = left.shift()) {
      const at = Math.max(nextAt, performance.now());
      nextAt = at + (1_000 * parcel.orders.length) / rate;
      await trouble.pause(Math.max(0, at - performance.now()));
      await before(parcel);
      await pushParcel(parcel, shop);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
