/** One line of a stream. */
export interface Line {
  /** Line number from 0, empty lines counted. */
  readonly index: number;
  /** Null when the line is longer than the limit. */
  readonly bytes: Buffer | null;
}

const NEWLINE = 0x0a;

/** Gives the lines of a stream that are not blank, holding no more than one of them in memory. */
export async function* linesOf(stream: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let size = 0;
  let index = 0;
  const take = (part: Buffer): void => {
    size += part.length;
    if (size <= maxBytes) parts.push(part);
    else parts = [];
  };
  const finish = (): Line => {
    const line = { index, bytes: size > maxBytes ? null : Buffer.concat(parts) };
    parts = [];
    size = 0;
    index += 1;
    return line;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      take(chunk.subarray(start, end));
      start = end + 1;
      const line = finish();
      if (!isBlank(line)) yield line;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  const last = finish();
  if (!isBlank(last)) yield last;
}

function isBlank({ bytes }: Line): boolean {
  return bytes?.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09) ?? false;
}
