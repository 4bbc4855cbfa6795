import { Code } from "@mantine/core";

/** Lines that begin with +, - or a space. */
export function Diff({ text, label }: { text: string; label: string }) {
  const lines = text.replace(/\n$/, "").split("\n");
  return (
    <Code block className="diff breakable" tabIndex={0} role="region" aria-label={label}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place only.
        <span key={index} data-side={line.startsWith("+") ? "new" : line.startsWith("-") ? "old" : "same"}>
          {`${line}\n`}
        </span>
      ))}
    </Code>
  );
}
