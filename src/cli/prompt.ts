import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Terminal } from "./terminal.js";

/** Asks a person. */
export interface Prompt {
  ask(question: string): Promise<string>;
  /** As `ask`, without showing what is typed. */
  askSecret(question: string): Promise<string>;
  close(): void;
}

/**
 * Opens a dialogue on the terminal: questions on standard error, answers from standard input.
 *
 * Ctrl-C and Ctrl-D end it: `ask` rejects with an AbortError then.
 */
export function openPrompt({ stdin, stderr }: Terminal): Prompt {
  let hidden = false;
  const output = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      if (!hidden) stderr.write(chunk);
      done();
    },
  });
  const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
  const ended = new AbortController();
  lines.on("SIGINT", () => ended.abort());
  lines.on("close", () => ended.abort());
  return {
    ask: (question) => lines.question(question, { signal: ended.signal }),
    askSecret: async (question) => {
      const answer = lines.question(question, { signal: ended.signal });
      hidden = true;
      try {
        return await answer;
      } finally {
        hidden = false;
        stderr.write("\n");
      }
    },
    close: () => lines.close(),
  };
}
