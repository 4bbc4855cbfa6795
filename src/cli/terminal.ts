import type { Readable } from "node:stream";
import { styleText } from "node:util";

/** A stream to write to, with what a terminal says about itself. */
export type OutputStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
};

/** A stream to read from, and whether a person is typing. */
export type InputStream = Readable & { readonly isTTY?: boolean };

/** Where a command reads and writes. */
export interface Streams {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** What a piece of text is, for the eye. */
export type Tone = "good" | "bad" | "careful" | "faint" | "strong";

const styles = { good: "green", bad: "red", careful: "yellow", faint: "dim", strong: "bold" } as const;

/** Standard output belongs to the result, standard error to everything else. */
export interface Terminal extends Streams {
  /** Whether the result is JSON; `print` is silent then. */
  readonly json: boolean;
  /** Whether a person is there to answer questions. */
  readonly interactive: boolean;
  /** Writes lines of the human result. */
  print(...lines: string[]): void;
  /** Writes one JSON document as a line; nothing without `--json`. */
  printJson(value: unknown): void;
  /** Writes a remark on standard error. */
  note(...lines: string[]): void;
  /** Colours text for standard output where colour is wanted (not with NO_COLOR, not in a file). */
  paint(tone: Tone, text: string): string;
}

/** Makes the terminal of one command. */
export function createTerminal(streams: Streams, { json }: { json: boolean }): Terminal {
  const { stdin, stdout, stderr } = streams;
  const colour = !json && stdout.isTTY === true && (stdout.hasColors?.() ?? false);
  const write = (stream: OutputStream, lines: readonly string[]): void => {
    for (const line of lines) stream.write(`${line}\n`);
  };
  return {
    ...streams,
    json,
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    print: (...lines) => {
      if (!json) write(stdout, lines);
    },
    printJson: (value) => {
      if (json) write(stdout, [JSON.stringify(value)]);
    },
    note: (...lines) => write(stderr, lines),
    paint: (tone, text) => (colour ? styleText(styles[tone], text, { validateStream: false }) : text),
  };
}
