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
const BAD_KEYS_PER_SECOND = 1_000;
const LORIS = 1_000;
const BIG_BODY_BYTES = 209_715_200;
const BIG_BODIES = 4;
const TRICKLE_MS = 1_000;

export const attacks: Readonly<Record<string, Attack>> = {
  /** Ten thousand connections that were used once and are kept; what is closed is opened again. */
  "10,000 kept connections": (victim, count) => inParallel(CONNECTIONS, () => keepOpen(victim, count)),
  "1,000 wrong keys a second": badKeys,
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

async function open({ port }: Victim): Promise<Socket> {
  const socket = connect(port, "127.0.0.1").setNoDelay(true);
  socket.on("error", () => socket.destroy());
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

async function badKeys(victim: Victim, count: Count): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: 50 }, () => open(victim)));
  let last = performance.now();
  for (let turn = 0; ; turn++) {
    await delay(10);
    const due = Math.round(((performance.now() - last) / 1_000) * BAD_KEYS_PER_SECOND);
    last = performance.now();
    for (let index = 0; index < due; index++) {
      const at = (turn + index * 7) % sockets.length;
      const socket = sockets[at];
      if (socket === undefined || socket.destroyed) {
        sockets[at] = await open(victim);
        continue;
      }
      if (count.done < sockets.length) noteAnswer(socket, count);
      else socket.resume();
      socket.write(`${head(`a-wrong-key-${count.done}`)}Content-Length: 2\r\n\r\n{}`);
      count.done += 1;
    }
  }
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
