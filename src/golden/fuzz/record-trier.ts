import { PatchbayError } from "../../core/errors.js";
import type { RecordTrigger } from "../../core/flow.js";
import { type JsonObject, mergePatch } from "../../core/json.js";
import { settle } from "../time.js";
import type { World } from "../world.js";
import { derivingFrom, type Trier, watchFlow } from "./trier.js";
import { wishesOf } from "./wishes.js";

/** Pushes records that a trigger starts on, with keys of their own, and watches one flow: the one that has it, or one that comes of it. */
export function recordTrier(on: RecordTrigger, watched: string, world: World): Omit<Trier, "alongside"> {
  const { dataType: name } = on;
  const dataType = world.catalog.dataType(name);
  if (dataType === null) throw new PatchbayError("DATA_TYPE_UNKNOWN", `There is no data type ${name}`);
  const { optional, derive } = derivingFrom(dataType.schema, world);
  const wishes = wishesOf(on);
  const outcome = watchFlow(watched, world);
  let number = 0;
  return {
    optional,
    attempt: async (variant) => {
      const derived = derive(variant);
      number += 1;
      const keys = (dataType.key ?? []).map((field) => [
        field,
        typeof derived[field] === "number" ? number : `fuzz${number}`,
      ]);
      const document = { ...(mergePatch(derived, wishes.after) as JsonObject), ...Object.fromEntries(keys) };
      if (dataType.validate(document).length > 0) return null;
      const before = mergePatch(document, wishes.before) as JsonObject; // both are objects, so it is one
      const isUpdate = !on.events.includes("created") && dataType.validate(before).length === 0;
      if (isUpdate) await world.engine.accept({ dataType: name, document: before });
      await world.engine.accept({ dataType: name, document });
      await settle(world);
      const given = [...(isUpdate ? [before] : []), document].map((record) => ({ push: name, record }));
      return { document, given, ...(await outcome()) };
    },
  };
}
