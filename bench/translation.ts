import { readFileSync } from "node:fs";
import type { Json, JsonObject } from "../src/core/json.js";
import { startTranslation } from "../src/translation/start-translation.js";

/** What translating one order costs: three trips each, fifty orders at a time. Run: `node dist/bench/translation.js`. */
const ORDERS = 4_000;
const CONCURRENCY = 50;

const order = JSON.parse(
  readFileSync(new URL("../../test/fixtures/translation/order.json", import.meta.url), "utf8"),
) as JsonObject;

const predicates: Json[] = ["=$exists(shipping_address.phone)", "=status = 'complete' and totals.order > 100"];

const translator = `={
  "phone": $phone(shipping_address.phone, $params.defaultCountry),
  "from": $params.from,
  "message": "Hey " & shipping_address.firstname & "! Your order " & id & " (" & $sum(line_items.quantity) & " items, "
    & $money(totals.order, currency) & ") has been received!"
}`;

const payload: Json = { to: "=$steps.sms.phone", from: "=$steps.sms.from", body: "=$steps.sms.message" };

async function main(): Promise<void> {
  const translation = startTranslation({ timeoutMs: 1_000, memoryMb: 64, maxOutputBytes: 1_048_576, threads: 1 });
  const params = { defaultCountry: "US", from: "+15005550006" };
  let number = 0;
  const oneOrder = async (): Promise<void> => {
    number += 1;
    const record = { ...order, id: `R${number}` };
    const event = { id: `evt_${number}`, kind: "record", name: "created" };
    const bindings = { record, previous: null, event, params };
    await translation.evaluateEach(predicates, { input: record, bindings });
    const sms =
      (await translation.evaluate(translator, { input: record, bindings: { ...bindings, steps: {} } })) ?? null;
    await translation.evaluate(payload, { input: record, bindings: { ...bindings, steps: { sms } } });
  };
  const loop = async (orders: number): Promise<void> => {
    const end = number + orders;
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        while (number < end) await oneOrder();
      }),
    );
  };
  await loop(1_000);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const loopBegin = performance.eventLoopUtilization();
  await loop(ORDERS);
  const seconds = (performance.now() - begin) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const trips = ORDERS * 3;
  const busy = performance.eventLoopUtilization(loopBegin).active * 1_000;
  process.stdout.write(
    [
      `order ${JSON.stringify(order).length} bytes, ${CONCURRENCY} at a time, 1 thread`,
      `${Math.round(trips / seconds)} trips/s, ${Math.round(ORDERS / seconds)} orders/s`,
      `CPU ${((user + system) / trips).toFixed(0)} us/trip (whole process), main thread busy ${(busy / trips).toFixed(0)} us/trip`,
      "",
    ].join("\n"),
  );
  await translation.stop();
}

await main();
