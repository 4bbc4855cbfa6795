import type { Parcel } from "./parcels.js";
import { pushParcel, type Shop } from "./push-parcel.js";

const LANES = 12;

/** Pushes every parcel, in a few lanes, each with one parcel at a time, and all together no faster than `rate`. */
export async function pushAll(parcels: readonly Parcel[], { shop, rate }: { shop: Shop; rate: number }): Promise<void> {
  const { trouble } = shop;
  const left = [...parcels];
  let nextAt = performance.now();
  const lane = async (): Promise<void> => {
    for (let parcel = left.shift(); parcel !== undefined; parcel = left.shift()) {
      const at = Math.max(nextAt, performance.now());
      nextAt = at + (1_000 * parcel.orders.length) / rate;
      await trouble.pause(Math.max(0, at - performance.now()));
      await pushParcel(parcel, shop);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
