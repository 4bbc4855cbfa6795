import { PatchbayError } from "../core/errors.js";
import type { MessageStatus } from "../core/message.js";
import { type AccountBook, openAccountBook } from "./account/account-book.js";
import type { AccountChanges } from "./account/account-setup.js";
import type { Address } from "./addresses.js";
import { createBareTaker } from "./bare-answer.js";
import { type CallbackPoster, startCallbackPoster } from "./callback-poster.js";
import { parseAdvance, parseFaultMix, parseListSettings, parseMediaSettings } from "./control-request.js";
import { type ControlParts, controlPath, routeControl } from "./control-routes.js";
import { countStatuses, openTally, type SimulatorCounts, type Tally } from "./counts.js";
import { type Deliveries, openDeliveries } from "./deliveries.js";
import { type FaultDesk, openFaultDesk } from "./fault-desk.js";
import type { FaultMix } from "./fault-mix.js";
import { parseFault } from "./fault-request.js";
import type { Fault } from "./faults.js";
import { type Ledger, openLedger } from "./ledger.js";
import { type ListSettings, promptList } from "./list-settings.js";
import { magicSender } from "./magic-numbers.js";
import { type MediaSettings, type MediaShelf, openMediaShelf } from "./media-shelf.js";
import { routeStorage, storagePath } from "./media-storage.js";
import { createMessageRoutes } from "./message-routes.js";
import { type OptOuts, openOptOuts } from "./opt-outs.js";
import { createRandomIds } from "./random-ids.js";
import { routeRest } from "./rest-routes.js";
import { type ServerParts, startServer } from "./server.js";
import type { SimulatedMessage } from "./simulated-message.js";
import {
  openSimulatedTemplates,
  type SimulatedTemplate,
  type SimulatedTemplates,
  type TemplateDraft,
} from "./simulated-templates.js";
import { type CompleteOptions, completeOptions, type SimulatorOptions } from "./simulator-options.js";
import { type After, startTimers } from "./timers.js";
import { Refusal } from "./twilio-errors.js";
import { openVirtualPhones, type VirtualPhones, type WrittenText } from "./virtual-phones.js";
import { parseVirtualText, type VirtualText } from "./virtual-text.js";
import { type LastWritten, openWhatsAppWindows, parseLastWritten, type WhatsAppWindows } from "./whatsapp-windows.js";
import { openWork } from "./work.js";

/** A Twilio look-alike that listens on this machine. */
export interface Simulator {
  /** Base of every address, without a slash at the end. */
  readonly url: string;
  /** The first account's. */
  readonly accountSid: string;
  readonly authToken: string;
  /** How many creates were accepted; each is counted before its answer is written. */
  readonly created: number;
  /** Every accepted message in order of acceptance, deleted ones too, as it is now; empty in bench mode. */
  messages(): readonly SimulatedMessage[];
  /**
   * Makes something go wrong.
   *
   * @throws REQUEST_INVALID for a fault that makes no sense, and for any in bench mode.
   */
  addFault(fault: Fault): void;
  /**
   * Makes shares of all creates go wrong, in place of the shares before; null for none. Single faults go first.
   *
   * @throws REQUEST_INVALID for a mix that makes no sense, and for any in bench mode.
   */
  setFaultMix(mix: FaultMix | null): void;
  /** Takes back single faults and the mix. */
  clearFaults(): void;
  /**
   * Changes how the list of messages behaves.
   *
   * @throws REQUEST_INVALID for settings that make no sense.
   */
  setList(changes: Partial<ListSettings>): void;
  /** Says how the files of messages behave. @throws REQUEST_INVALID */
  setMedia(settings: MediaSettings): void;
  /** Puts the simulator's clock forward; scheduled messages whose time comes by that leave. @throws REQUEST_INVALID */
  advance(seconds: number): void;
  /**
   * Says where messages that come in are handed over, for all numbers.
   *
   * @throws REQUEST_INVALID for an address that is not on this machine.
   */
  listenAt(urls: { readonly url: string; readonly fallbackUrl?: string | null }): void;
  /** Changes what the account is and has: trial or full, its numbers, Messaging Services and WhatsApp senders. */
  setAccount(changes: AccountChanges): void;
  /**
   * Lets a virtual phone write; `settled` resolves when it has been handed over.
   *
   * @throws REQUEST_INVALID for a text that makes no sense, and when nobody listens.
   */
  write(text: Pick<VirtualText, "from"> & Partial<VirtualText>): WrittenText;
  /** Every text that virtual phones wrote, with how the webhook answered. */
  written(): readonly WrittenText[];
  /** Gives a template, approved when nothing else is said. */
  addTemplate(draft: TemplateDraft): SimulatedTemplate;
  /** Every template there is. */
  templates(): readonly SimulatedTemplate[];
  /** What WhatsApp says about a template, as of now. @throws REQUEST_INVALID */
  judgeTemplate(verdict: Readonly<Record<"name" | "status", string> & { rejectionReason?: string }>): SimulatedTemplate;
  /** Sets when a contact last wrote by WhatsApp. @throws REQUEST_INVALID */
  setLastWritten(last: Omit<LastWritten, "sender"> & { readonly sender?: string }): void;
  /** Reports a status of a message now, whatever becomes of it otherwise. @throws REQUEST_INVALID when there is no such message */
  report(sid: string, status: MessageStatus, errorCode?: number | null): void;
  /** What happened so far, in numbers. */
  counts(): SimulatorCounts;
  /** Resolves when no message is on its way and every callback is done; not yet due scheduled messages do not count. */
  settled(): Promise<void>;
  /** Cuts every connection and forgets every timer. */
  stop(): Promise<void>;
}

/**
 * Starts a simulator: Messages as Twilio answers them, signed status callbacks, magic numbers, and faults on demand.
 *
 * Everything is kept in memory and ends with `stop`. It calls nobody but StatusCallback URLs on this machine.
 *
 * @throws CONFIG_INVALID for a wrong option or an address that cannot be listened on.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const timers = startTimers();
  const poster = startCallbackPoster(timers.after);
  const parts = openSimulated(completeOptions(options), { after: timers.after, poster });
  const { ledger, deliveries, phones } = parts;
  const control = openControl(parts);
  const server = await startServer(parts.options, serverParts(parts, control, timers.after));
  parts.origin.url = server.url;
  const { accountSid, authToken } = parts.options.firstAccount;
  return {
    url: server.url,
    accountSid,
    authToken,
    get created() {
      return ledger.created;
    },
    messages: () => ledger.list(),
    ...handlesOf(control, phones),
    ...whatsAppActs(parts, control.ownNumber),
    report(sid, status, errorCode = null) {
      if (deliveries.report(sid, status, errorCode) !== null) return;
      throw new PatchbayError("REQUEST_INVALID", `The simulator has no message ${sid}`);
    },
    settled: () => deliveries.settled(),
    async stop() {
      timers.stop();
      deliveries.stop();
      poster.stop();
      await server.stop();
    },
  };
}

/** Opens everything that is simulated, without a server in front of it. */
function openSimulated(given: CompleteOptions, { after, poster }: { after: After; poster: CallbackPoster }): Parts {
  const clock = { aheadMs: 0 };
  const options = { ...given, now: () => new Date(given.now().getTime() + clock.aheadMs) };
  const { now, firstAccount: account, ownedNumbers } = options;
  const ids = createRandomIds(options.random);
  const ledger = openLedger();
  const work = openWork();
  const windows = openWhatsAppWindows(now);
  const book = openAccountBook({ account, ownedNumbers, now, newHex: ids.newHex });
  const optOuts = openOptOuts(() => book.setup.services, ownNumberOf(options));
  const media = openMediaShelf({ newHex: ids.newHex, now });
  const origin = { url: "" };
  const phones = openVirtualPhones({
    ...{ account, ids, optOuts, media, work, windows, now },
    origin: () => origin.url,
    handlerOf: book.handlerOf,
    post: (callback) => poster.post(callback),
  });
  if (options.inboundUrls !== null) phones.listenAt(options.inboundUrls);
  return {
    ...{ options, ledger, phones, windows, book, optOuts, media, clock, origin },
    deliveries: openDeliveries({
      ...deliverySettings(options),
      poolNumberOf: (sid) => (sid === null ? null : book.senderOf(sid)?.number) ?? ownNumberOf(options),
      ...{ ledger, work, after },
      post: async (callback) => void (await poster.post(callback)),
    }),
    templates: openSimulatedTemplates({ now, newHex: ids.newHex, templates: options.templates }),
    faults: openFaultDesk(),
    asked: openTally(["creates", "lists"]),
    list: { settings: promptList, media: { failing: false } },
  };
}

/** What a test turns about a simulator of its own process. */
function handlesOf(control: ControlParts, phones: VirtualPhones) {
  return {
    addFault: control.addFault,
    setFaultMix: control.setFaultMix,
    clearFaults: control.clearFaults,
    setList: (changes) => void control.setList(changes),
    setMedia: (settings) => control.setMedia(parseMediaSettings(settings)),
    advance: (advanceSeconds) => void control.advance(parseAdvance({ advanceSeconds })),
    listenAt: (urls) => phones.listenAt({ fallbackUrl: null, ...urls }),
    setAccount: (changes) => void control.setAccount(changes),
    write: (text) => phones.write(parseVirtualText(text, control.ownNumber)),
    written: () => phones.list(),
    counts: control.counts,
  } satisfies Partial<Simulator>;
}

function whatsAppActs(
  { templates, windows }: Parts,
  ownNumber: string,
): Pick<Simulator, "addTemplate" | "templates" | "judgeTemplate" | "setLastWritten"> {
  return {
    addTemplate: (draft) => templates.add(draft),
    templates: () => templates.list(),
    judgeTemplate: (verdict) => templates.judge(verdict),
    setLastWritten: (last) => windows.set(parseLastWritten(last, ownNumber)),
  };
}

interface Parts {
  readonly options: CompleteOptions;
  readonly ledger: Ledger;
  readonly deliveries: Deliveries;
  readonly phones: VirtualPhones;
  readonly templates: SimulatedTemplates;
  readonly windows: WhatsAppWindows;
  readonly book: AccountBook;
  readonly optOuts: OptOuts;
  readonly faults: FaultDesk;
  readonly asked: Tally<"creates" | "lists">;
  readonly media: MediaShelf;
  /** How far the clock was put forward. */
  readonly clock: { aheadMs: number };
  /** Its own address, empty until it listens. */
  readonly origin: { url: string };
  readonly list: { settings: ListSettings; media: MediaSettings };
}

/** What can be done to a running simulator, from this process or by the control routes. */
function openControl(parts: Parts): ControlParts {
  const { options, ledger, deliveries, phones, templates, windows, book, faults, asked, list, clock } = parts;
  const refuseWhenBare = (): void => {
    if (options.bare) throw new PatchbayError("REQUEST_INVALID", "A bare simulator has no faults");
  };
  return {
    ledger,
    phones,
    templates,
    windows,
    setAccount: book.change,
    ownNumber: ownNumberOf(options),
    addFault: (fault) => {
      refuseWhenBare();
      faults.add(parseFault(fault));
    },
    setFaultMix: (mix) => {
      refuseWhenBare();
      faults.setMix(mix && parseFaultMix(mix));
    },
    clearFaults: () => faults.clear(),
    setList: (changes) => {
      list.settings = { ...list.settings, ...parseListSettings(changes) };
      return list.settings;
    },
    setMedia: (settings) => {
      list.media = settings;
    },
    advance: (ms) => {
      clock.aheadMs += ms;
      const left = deliveries.sendDue();
      return { now: options.now(), left };
    },
    counts: () => ({
      created: ledger.created,
      asked: asked.counts(),
      statuses: countStatuses(ledger.list()),
      underway: deliveries.underway,
      struck: faults.struck(),
    }),
  };
}

/** The number that stands for all. */
function ownNumberOf({ ownedNumbers }: Pick<CompleteOptions, "ownedNumbers">): string {
  return ownedNumbers[0] ?? magicSender;
}

function deliverySettings({ accounts, deliveryDelaysMs, now, random, foretell }: CompleteOptions) {
  const tokens = new Map(accounts.map(({ accountSid, authToken }) => [accountSid, authToken]));
  return {
    now,
    foretell,
    delays: deliveryDelaysMs,
    authTokenOf: (accountSid: string): string => tokens.get(accountSid) ?? "",
    newIdempotencyToken: createRandomIds(random).newUuid,
  };
}

function serverParts(parts: Parts, control: ControlParts, after: After): ServerParts {
  const { options, ledger, book, faults, deliveries, templates, windows, optOuts, asked, list, media } = parts;
  const { now, random } = options;
  const rest = {
    templates,
    accounts: new Map(options.accounts.map((account) => [account.accountSid, account])),
    startedAt: now(),
    book,
    asked: (what: "creates" | "lists") => asked.add(what),
    media,
    mediaSettings: () => list.media,
    hasMessage: (accountSid: string, sid: string) =>
      ledger.get(sid)?.accountSid === accountSid || parts.phones.list().some((text) => text.sid === sid),
    messages: createMessageRoutes({
      media,
      ledger,
      faults,
      deliveries,
      now,
      isOptedOut: (draft) => optOuts.isBlocked(draft),
      listSettings: () => list.settings,
      get ownedNumbers() {
        return new Set([...options.ownedNumbers, ...book.setup.numbers.map(({ number }) => number)]);
      },
      poolNumber: ownNumberOf(options),
      senderOf: book.senderOf,
      templates,
      windows,
      newHex: createRandomIds(random).newHex,
      checkReach: (to) => checkReach(to, book),
    }),
  };
  const takeBare = createBareTaker(options.firstAccount.accountSid, now());
  return {
    after,
    latencyMs: options.latencyMs,
    takeOver: (exchange) => options.bare && takeBare(exchange, () => ledger.count()),
    react: (request) => {
      if (request.path.startsWith(controlPath)) return { kind: "answer", answer: routeControl(request, control) };
      if (request.path.startsWith(storagePath)) return { kind: "answer", answer: routeStorage(request, media) };
      return routeRest(request, rest);
    },
  };
}

/** @throws Refusal 21408, 21608 */
function checkReach(to: Address, { setup, isOff }: AccountBook): void {
  if (isOff(to.number)) throw new Refusal(21408, to.text);
  if (setup.type === "Trial" && !setup.verified.includes(to.number)) throw new Refusal(21608, to.text);
}
