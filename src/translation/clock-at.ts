import jsonata from "jsonata";

/** Bindings that put JSONata's own clock at a time: `$millis()` and `$now(picture?, timezone?)`. */
export function clockAt(millis: number): Readonly<Record<string, unknown>> {
  return {
    millis: () => millis,
    now: (picture?: string, timezone?: string) => format.evaluate(null, { at: millis, picture, timezone }),
  };
}

/** Not JSONata's `$now` with another time: that reads the machine's clock at the beginning of each evaluation. */
const format = jsonata("$fromMillis($at, $picture, $timezone)");
