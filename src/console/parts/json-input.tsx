import { JsonInput, type JsonInputProps } from "@mantine/core";
import type { Json } from "../../core/json.js";

/** A JSON document that a person writes; says when it is none. */
export function JsonField(props: Omit<JsonInputProps, "styles" | "spellCheck">) {
  return (
    <JsonInput
      autosize
      minRows={6}
      maxRows={24}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } }}
      {...props}
    />
  );
}

/** Gives what somebody has written; undefined when it is no JSON. */
export function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Writes a document as people read it. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? "";
}
