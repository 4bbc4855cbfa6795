import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import type { CallFrame } from "./cpu-profile.js";

/**
 * Finds the source file of frames: the server is bundled, and its source maps say what a place in the bundle was. Paths begin with
 * `src/` for our own, with a package's name for others', with `node:` for Node's; a frame without a file has an empty one.
 */
export function createSourcePlaces(): (frame: CallFrame) => string {
  const maps = new Map<string, SourceMap | null>();
  const found = new Map<string, string>();

  function mapOf(url: string): SourceMap | null {
    const known = maps.get(url);
    if (known !== undefined) return known;
    const map = readMap(url);
    maps.set(url, map);
    return map;
  }

  return ({ url, lineNumber, columnNumber }) => {
    if (!url.startsWith("file:")) return url;
    const place = `${url}:${lineNumber}:${columnNumber}`;
    const known = found.get(place);
    if (known !== undefined) return known;
    const entry = mapOf(url)?.findEntry(lineNumber, columnNumber);
    const source = entry !== undefined && "originalSource" in entry ? entry.originalSource : url;
    const path = shortPath(source);
    found.set(place, path);
    return path;
  };
}

/** Null for a file without a map, such as a native module's. */
function readMap(url: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, "utf8")));
  } catch {
    return null;
  }
}

function shortPath(source: string): string {
  const packaged = source.lastIndexOf("node_modules/");
  if (packaged !== -1) return source.slice(packaged + "node_modules/".length);
  const own = source.lastIndexOf("src/");
  return own === -1 ? source : source.slice(own).replace(/\.js$/, ".ts");
}
