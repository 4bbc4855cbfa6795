import type { GivenStep } from "../collections/golden-test.js";
import { everything as everyScope } from "../core/consent.js";
import { PatchbayError } from "../core/errors.js";
import type { Message } from "../core/message.js";
import type { Run } from "../core/run.js";
import { hookUrl } from "../core/webhook-url.js";
import { everything } from "./everything.js";
import { advance, settle } from "./time.js";
import type { World } from "./world.js";

/** A step of a test that could not be done, in words. */
export class StepFailure extends Error {}

/** Does one step, and lets everything happen that comes of it. @throws StepFailure */
export async function play(step: GivenStep, world: World): Promise<void> {
  if (step.kind === "after") return advance(world, world.clock.now + step.ms);
  if (step.kind === "until") return advanceTo(step.at, world);
  await act(step, world);
  // What is said about the vendor holds before anybody has asked.
  if (step.kind !== "vendor" && step.kind !== "template") await settle(world);
}

async function advanceTo(at: Date, world: World): Promise<void> {
  if (at.getTime() > world.clock.now) return advance(world, at.getTime());
  throw new StepFailure(`it is ${new Date(world.clock.now).toISOString()} already`);
}

async function act(step: Exclude<GivenStep, { kind: "after" | "until" }>, world: World): Promise<void> {
  const { engine, simulator, desk } = world;
  switch (step.kind) {
    case "push":
      return push(step, world);
    case "webhook":
      for (const delivery of step.deliveries) await done(engine.deliver(delivery, step.connection));
      return;
    case "remove":
      return void (await done(engine.remove(step.dataType, step.key)));
    case "start":
      return void (await done(engine.startFlow(step.flow, { payload: step.payload, record: null })));
    case "vendor":
      return desk.add(step.behaviour, step.match, step.times);
    case "report":
      return report(step, world);
    case "reply":
      return reply(step, world);
    case "retry":
      return void (await done(engine.retry((await runOf(step, world)).id, "pinned")));
    case "cancel":
      return void (await done(engine.cancel((await runOf(step, world)).id, "the test cancels it")));
    case "consent": {
      const { state, contact, channel, reason } = step;
      const statement = { state, contact, channel, reason, scope: everyScope, by: null, force: false };
      return void (await done(engine.recordConsent(statement)));
    }
    case "template": {
      const { name: friendlyName, body, language, status } = step;
      simulator.addTemplate({ friendlyName, body, language, ...(status !== "unknown" && { status }) });
    }
  }
}

async function push(
  { dataType, documents, refused }: Extract<GivenStep, { kind: "push" }>,
  { engine }: World,
): Promise<void> {
  for (const document of documents) {
    const error = await engine.accept({ dataType, document }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error !== null && !(error instanceof PatchbayError)) throw error;
    if (error?.code === refused || (error === null && refused === null)) continue;
    if (error === null) throw new StepFailure(`the record was taken, but ${refused} was expected`);
    throw new StepFailure(`the record was refused with ${error.code}: ${error.message}`);
  }
}

async function report(
  { status, message: number, error }: Extract<GivenStep, { kind: "report" }>,
  { store, simulator }: World,
): Promise<void> {
  const sent = await everything((paging) => store.messages.list({}, paging));
  const message = number === null ? sent.at(-1) : sent[number - 1];
  if (message?.vendorId === null || message === undefined) {
    throw new StepFailure(`there is no ${number === null ? "" : `${number}. `}message that the vendor has`);
  }
  simulator.report(message.vendorId, status, error === null ? null : Number(error));
}

async function reply(
  step: Extract<GivenStep, { kind: "reply" }>,
  { store, simulator, catalog, url }: World,
): Promise<void> {
  const sent = await everything((paging) => store.messages.list({}, paging));
  const asked = sent.filter(({ to }) => step.from === null || to === bare(step.from)).at(-1);
  const from = step.from ?? addressed(asked, asked?.to ?? null);
  if (from === null) throw new StepFailure("nobody was written to, so it must say who writes (from)");
  const listening = catalog.connections().filter(({ connector }) => connector.key === "twilio");
  const name = step.connection ?? asked?.connection;
  const connection = listening.find((one) => one.name === name) ?? (listening.length === 1 ? listening[0] : undefined);
  if (connection === undefined) throw new StepFailure("it must say by which connection it comes in (connection)");
  simulator.listenAt({ url: hookUrl(url, connection, "inbound") });
  const to = step.to ?? addressed(asked, senderOf(asked, simulator.messages()));
  simulator.write({ from, body: step.body, ...(to !== null && { to }) });
}

/** A pool has chosen the sender only at the vendor's. */
function senderOf(
  message: Message | undefined,
  simulated: readonly { readonly sid: string; readonly from: string | null }[],
): string | null {
  return message?.from ?? simulated.find(({ sid }) => sid === message?.vendorId)?.from ?? null;
}

function addressed(message: Message | undefined, number: string | null): string | null {
  if (number === null) return null;
  return message?.channel === "whatsapp" ? `whatsapp:${bare(number)}` : bare(number);
}

function bare(address: string): string {
  return address.replace(/^whatsapp:/, "");
}

async function runOf(
  { flow, number }: { readonly flow: string; readonly number: number | null },
  { store }: World,
): Promise<Run> {
  const runs = await everything((paging) => store.runs.list({ flow }, paging));
  const run = number === null ? runs.at(-1) : runs[number - 1];
  if (run === undefined) throw new StepFailure(`there is no ${number === null ? "" : `${number}. `}run of ${flow}`);
  return run;
}

async function done<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    if (thrown instanceof PatchbayError) throw new StepFailure(`${thrown.code}: ${thrown.message}`);
    throw thrown;
  }
}
