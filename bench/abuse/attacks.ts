import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** Whom an attack goes against. */
export interface Victim {
  readonly port: number;
  /** The right key, for attacks by somebody who has it. */
  readonly key: string;
}

/** What an attack has done so far. */
export interface Count {
  /** Requests, connections or bodies: what the attack consists of. */
  done: number;
  /** Answers by status; 0 for connections that were closed without one. */
  readonly answers: Map<number, number>;
}

/** Begins, counts, and goes on until the process ends. */
export type Attack = (victim: Victim, count: Count) => Promise<void>;

const PATH = "/api/v1/records/ecommerce/Order";
const CONNECTIONS = 10_000;
const GUESSES_PER_SECOND = 1_000;
const MOST_AT_ONCE = 20;
/** Guessers that keep their connections for as long as they are let. */
const GUESSERS = 50;
/** All of 127.0.0.0/8 is this machine there; elsewhere everybody has the same address. */
const HAS_ADDRESSES = process.platform === "linux";
const LORIS = 1_000;
const BIG_BODY_BYTES = 209_715_200;
const BIG_BODIES = 4;
const TRICKLE_MS = 1_000;

export const attacks: Readonly<Record<string, Attack>> = {
  /** Ten thousand connections that were used once and are kept; what is closed is opened again. */
  "10,000 kept connections": (victim, count) => inParallel(CONNECTIONS, () => keepOpen(victim, count)),
  "1,000 wrong keys a second": (victim, count) =>
    guess(victim, count, { addresses: 1, ask: (n) => `${head(`a-wrong-key-${n}`)}Content-Length: 2\r\n\r\n{}` }),
  "1,000 wrong passwords a second": (victim, count) => guess(victim, count, { addresses: 1, ask: signIn }),
  "1,000 wrong passwords a second from 1,000 addresses": (victim, count) =>
    guess(victim, count, { addresses: 1_000, ask: signIn }),
  "200 MB bodies": (victim, count) => inParallel(BIG_BODIES, () => bigBodies(victim, count)),
  "1,000 slow heads": (victim, count) =>
    inParallel(LORIS, () => trickle(victim, count, ["GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", "X-A: b\r\n"])),
  "1,000 slow bodies": (victim, count) =>
    inParallel(LORIS, () => trickle(victim, count, [`${head(victim.key)}Content-Length: 100000\r\n\r\n{`, " "])),
};

/** How much of an attack must have been done before it is one. */
export const quorums: Readonly<Record<string, number>> = {
  "10,000 kept connections": CONNECTIONS,
  "1,000 slow heads": LORIS,
  "1,000 slow bodies": LORIS,
};

function head(key: string): string {
  const lines = [`POST ${PATH} HTTP/1.1`, "Host: 127.0.0.1", `Authorization: Bearer ${key}`];
  return `${[...lines, "Content-Type: application/json"].join("\r\n")}\r\n`;
}

async function inParallel(width: number, work: () => Promise<void>): Promise<void> {
  const lane = async (index: number): Promise<void> => {
    // Not all at the same moment: the queue of connections that wait to be taken is short.
    await delay(Math.floor(index / 100) * 20);
    for (;;) {
      await work();
      await delay(50);
    }
  };
  await Promise.all(Array.from({ length: width }, (_, index) => lane(index)));
}

async function open({ port }: Victim, localAddress?: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", ...(localAddress === undefined ? {} : { localAddress }) });
  socket.setNoDelay(true).on("error", () => socket.destroy());
  await happens(socket, "connect");
  return socket;
}

async function keepOpen(victim: Victim, count: Count): Promise<void> {
  const socket = await open(victim);
  socket.write("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  count.done += 1;
  noteAnswer(socket, count);
  await closed(socket);
}

/** Each guess is another one; some are of a name that there is. */
function signIn(n: number): string {
  const body = JSON.stringify({ name: n % 10 === 0 ? "ann" : `user${n % 5_000}`, password: `a wrong password ${n}` });
  const lines = ["POST /api/v1/sign-in HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"];
  return `${[...lines, `Content-Length: ${Buffer.byteLength(body)}`].join("\r\n")}\r\n\r\n${body}`;
}

interface Guess {
  readonly addresses: number;
  /** The nth request, whole. */
  readonly ask: (n: number) => string;
}

/** Sends at a steady pace, whether or not answers come, over connections that are kept for as long as the server lets them be. */
async function guess(victim: Victim, count: Count, { addresses, ask }: Guess): Promise<void> {
  const guessers: (Socket | undefined)[] = Array.from({ length: Math.max(GUESSERS, addresses) });
  const send = async (n: number): Promise<void> => {
    const at = n % guessers.length;
    let socket = guessers[at];
    if (socket?.writable !== true) {
      socket = await open(victim, addressOf(at % addresses));
      guessers[at] = socket;
      noteAnswers(socket, count);
    }
    socket.write(ask(n));
    count.done += 1;
  };
  let sent = 0;
  let last = performance.now();
  for (;;) {
    await delay(10);
    // What was missed while this process had to wait is not made up for all at once.
    const due = Math.min(MOST_AT_ONCE, Math.round(((performance.now() - last) / 1_000) * GUESSES_PER_SECOND));
    last = performance.now();
    await Promise.all(Array.from({ length: due }, () => send(sent++)));
  }
}

/** An address of this machine that nobody who behaves has. */
function addressOf(index: number): string | undefined {
  return HAS_ADDRESSES ? `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}` : undefined;
}

/** Without a length, so that it has to be read to be found too large. */
async function bigBodies(victim: Victim, count: Count): Promise<void> {
  const socket = await open(victim);
  const chunk = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(0x10000, " "), Buffer.from("\r\n")]);
  noteAnswer(socket, count);
  count.done += 1;
  socket.write(`${head(victim.key)}Transfer-Encoding: chunked\r\n\r\n`);
  for (let sent = 0; sent < BIG_BODY_BYTES && !socket.destroyed; sent += 0x10000) {
    if (!socket.write(chunk)) await happens(socket, "drain");
  }
  socket.end("0\r\n\r\n");
  await closed(socket);
}

async function trickle(victim: Victim, count: Count, [first, drop]: readonly [string, string]): Promise<void> {
  const socket = await open(victim);
  count.done += 1;
  noteAnswer(socket, count);
  socket.write(first);
  const timer = setInterval(() => socket.write(drop), TRICKLE_MS);
  await closed(socket);
  clearInterval(timer);
}

/** Waits for something, or for the end of the connection. */
function happens(socket: Socket, event: "connect" | "drain"): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off(event, done).off("close", done);
      resolve();
    };
    socket.on(event, done).on("close", done);
  });
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}

/** Counts every answer of a connection that is used again and again. */
function noteAnswers(socket: Socket, { answers }: Count): void {
  socket.on("data", (chunk) => {
    for (const [, status] of String(chunk).matchAll(/HTTP\/1\.1 (\d{3})/g)) {
      answers.set(Number(status), (answers.get(Number(status)) ?? 0) + 1);
    }
  });
}

function noteAnswer(socket: Socket, { answers }: Count): void {
  let status = 0;
  socket.on("data", (chunk) => {
    if (status !== 0) return;
    status = Number(/^HTTP\/1\.1 (\d{3})/.exec(String(chunk))?.[1] ?? 0);
    answers.set(status, (answers.get(status) ?? 0) + 1);
  });
  socket.once("close", () => {
    if (status === 0) answers.set(0, (answers.get(0) ?? 0) + 1);
  });
}
