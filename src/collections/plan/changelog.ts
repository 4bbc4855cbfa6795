import semver from "semver";

/** Where a collection says what has changed. */
export const CHANGELOG_FILE = "CHANGELOG.md";

const MAX_CHARACTERS = 8_000;

/**
 * Gives what a changelog says of the versions behind `from`, up to and with `to`: sections whose heading has the version.
 * @returns null when it says nothing of them
 */
export function changelogBetween(
  text: string,
  { from, to }: { readonly from: string; readonly to: string },
): string | null {
  const sections = text.replaceAll("\r\n", "\n").split(/^(?=##? )/m);
  const wanted = sections.filter((section) => {
    const version = /^##? +\[?v?(\d+\.\d+\.\d+[\w.+-]*)\]?/.exec(section)?.[1];
    return (
      version !== undefined && semver.valid(version) !== null && semver.gt(version, from) && semver.lte(version, to)
    );
  });
  const found = wanted.map((section) => section.trim()).join("\n\n");
  if (found === "") return null;
  return found.length <= MAX_CHARACTERS ? found : `${found.slice(0, MAX_CHARACTERS)}\n…`;
}
