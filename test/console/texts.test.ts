import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { packagePath } from "../../src/config/package-root.js";
import { en } from "../../src/console/text/en.js";

interface Texts {
  readonly [name: string]: string | Texts;
}

/** Every name of a text, as pages ask for it: what is said of one and of many has one name. */
function namesOf(texts: Texts, prefix = ""): string[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    typeof text === "string" ? [prefix + name.replace(/_(zero|one|other)$/, "")] : namesOf(text, `${prefix}${name}.`),
  );
}

/** Gives the names that the console's sources have in them: as they are, and as patterns where a part comes later. */
async function readAsked(): Promise<{
  literal: ReadonlySet<string>;
  names: ReadonlySet<string>;
  patterns: readonly RegExp[];
}> {
  const folder = packagePath("src/console");
  const files = (await readdir(folder, { recursive: true })).filter((file) => /\.tsx?$/.test(file));
  const sources = await Promise.all(
    files.filter((file) => !file.startsWith("text")).map((file) => readFile(join(folder, file), "utf8")),
  );
  const text = sources.join("\n");
  const literal = new Set([...text.matchAll(/\bt\("([\w.]+)"/g)].map(([, name]) => name ?? ""));
  const names = new Set([...text.matchAll(/"([\w. ]+)"/g)].map(([, name]) => name ?? ""));
  const templates = [...text.matchAll(/`([\w.]*\.)?\$\{[^}`]+\}([\w.]*)`/g)];
  const patterns = templates
    .filter(([, before]) => before !== undefined)
    .map(([, before, after]) => new RegExp(`^${before?.replaceAll(".", "\\.")}[^.]+${after?.replaceAll(".", "\\.")}$`));
  return { literal, names, patterns };
}

describe("The console's texts", () => {
  it("are all on some page", async () => {
    const { names, patterns } = await readAsked();
    const unused = namesOf(en).filter((name) => !names.has(name) && !patterns.some((pattern) => pattern.test(name)));
    expect(unused).to.deep.equal([]);
  });

  it("are there for all pages", async () => {
    const { literal } = await readAsked();
    const there = new Set(namesOf(en));
    expect([...literal].filter((name) => !there.has(name))).to.deep.equal([]);
  });
});
