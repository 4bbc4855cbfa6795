import type { Connection, EnteredAt, MediaDesk, MessageDesk, TemplateSource } from "../core/connector.js";
import type { PatchbayError } from "../core/errors.js";

/** A connection that can be replaced while calls are under way. */
export interface KeptConnection extends Connection {
  /** Lets go as soon as no call is under way; resolves at once. */
  retire(): void;
}

/**
 * Keeps a connection open while it is in use.
 *
 * After `retire` it closes when the last call has ended. Whoever took it from an older catalog may still call it then:
 * it opens again for that call, so replacing a connection never breaks a run.
 */
export function keepConnection(open: () => Connection): KeptConnection {
  const first = open();
  let current: Connection | null = first;
  let calls = 0;
  let retired = false;
  let closing: Promise<void> = Promise.resolve();
  const use = (): Connection => {
    current ??= open();
    return current;
  };
  const closeIfIdle = (): void => {
    if (!retired || calls > 0 || current === null) return;
    const idle = current;
    current = null;
    // A connection that cannot be closed is not used any more; there is nothing left to do about it.
    closing = Promise.allSettled([closing, idle.close()]).then(() => undefined);
  };
  const briefly = <T>(work: (connection: Connection) => T): T => {
    try {
      return work(use());
    } finally {
      closeIfIdle();
    }
  };
  const counted = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    calls += 1;
    try {
      return await work(use());
    } finally {
      calls -= 1;
      closeIfIdle();
    }
  };
  const source = current.templates;
  return {
    ...(source === undefined ? {} : { templates: keptTemplates(source, briefly, counted) }),
    prepare: (endpoint, payload, templates) =>
      briefly((connection) => connection.prepare(endpoint, payload, templates)),
    senderOf: (endpoint, request) => briefly((connection) => connection.senderOf?.(endpoint, request) ?? null),
    receive: (webhook, request) => briefly((connection) => connection.receive(webhook, request)),
    send: (endpoint, request, context) => counted((connection) => connection.send(endpoint, request, context)),
    find: (endpoint, request, search) => counted((connection) => connection.find(endpoint, request, search)),
    ...(first.inspect && { inspect: () => counted((connection) => connection.inspect?.() ?? cannot()) }),
    ...(first.enterWebhooks && {
      enterWebhooks: (sender: EnteredAt, urls: Readonly<Record<string, string>>) =>
        counted((connection) => connection.enterWebhooks?.(sender, urls) ?? cannot()),
    }),
    ...(first.media && { media: keptMedia(first.media, counted) }),
    ...(first.messages && { messages: keptMessages(counted) }),
    retire: () => {
      retired = true;
      closeIfIdle();
    },
    close: async () => {
      retired = true;
      closeIfIdle();
      await closing;
    },
  };
}

type Counted = <T>(work: (connection: Connection) => Promise<T>) => Promise<T>;

function keptMedia({ remove }: MediaDesk, counted: Counted): MediaDesk {
  return {
    fetch: (file) => counted((connection) => connection.media?.fetch(file) ?? cannot()),
    remove: remove && ((url) => counted((connection) => connection.media?.remove?.(url) ?? cannot())),
  };
}

function keptMessages(counted: Counted): MessageDesk {
  return {
    fetch: (vendorId) => counted((connection) => connection.messages?.fetch(vendorId) ?? cannot()),
    cancel: (vendorId) => counted((connection) => connection.messages?.cancel(vendorId) ?? cannot()),
  };
}

function keptTemplates(
  { wanted }: TemplateSource,
  briefly: <T>(work: (connection: Connection) => T) => T,
  counted: Counted,
): TemplateSource {
  return {
    wanted,
    wish: (endpoint, payload) => briefly(({ templates }) => templates?.wish(endpoint, payload) ?? null),
    fetch: () => counted(async ({ templates }) => (await templates?.fetch()) ?? []),
  };
}

/** The same connector opened again can do what it could before. */
function cannot(): never {
  throw new Error("a connection has lost what it could do");
}

/** Stands in for a connection that cannot be opened: every use gives the reason, so runs and webhooks report it. */
export function brokenConnection(reason: PatchbayError): KeptConnection {
  const fail = (): never => {
    throw reason;
  };
  return {
    prepare: fail,
    receive: fail,
    send: () => Promise.reject(reason),
    find: () => Promise.reject(reason),
    media: { fetch: () => Promise.reject(reason), remove: null },
    messages: { fetch: () => Promise.reject(reason), cancel: () => Promise.reject(reason) },
    inspect: () => Promise.reject(reason),
    enterWebhooks: () => Promise.reject(reason),
    retire: () => undefined,
    close: () => Promise.resolve(),
  };
}
