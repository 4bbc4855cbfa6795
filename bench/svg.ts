/** Text as it may stand in SVG. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** What an SVG needs to be read on light and on dark pages: it follows the reader's setting, also inside an `<img>`. */
const STYLE = `
  svg { --ink: #1f2937; --quiet: #6b7280; --line: #d1d5db; --first: #0f62ae; --second: #b45309; background: #ffffff; }
  text { font: 12px system-ui, sans-serif; fill: var(--ink); }
  .quiet { fill: var(--quiet); }
  .line { stroke: var(--line); }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e5e7eb; --quiet: #9ca3af; --line: #374151; --first: #60a5fa; --second: #fbbf24; background: #111827; }
  }`;

/** A whole SVG document; `title` is what those hear who do not see it. */
export function svgDocument(
  { width, height, title }: { width: number; height: number; title: string },
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    ...parts,
    "</svg>\n",
  ].join("\n");
}
