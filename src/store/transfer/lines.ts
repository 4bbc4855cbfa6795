import { StringDecoder } from "node:string_decoder";

/** Cuts bytes into lines of text, without their ends; a last line needs no end. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let begun: string[] = [];
  for await (const chunk of chunks) {
    const [first = "", ...rest] = decoder.write(chunk).split("\n");
    begun.push(first);
    for (const next of rest) {
      yield begun.join("");
      begun = [next];
    }
  }
  const last = begun.join("") + decoder.end();
  if (last !== "") yield last;
}
