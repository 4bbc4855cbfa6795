import { isJsonObject, type Json } from "../../core/json.js";
import { convertPlaceholder, literal, type PlaceholderContext } from "./placeholders.js";
import { parseCenitJson } from "./read-source.js";

/** JSONata of a whole template. */
export interface ConvertedTemplate {
  readonly expression: string;
  /** What could not be converted; the expression refuses the record there. */
  readonly problems: readonly string[];
  /** What it gives: an object of JSON, the members of a form, or text. */
  readonly gives: "json" | "form" | "text";
}

interface Conversion {
  readonly context: PlaceholderContext;
  readonly problems: string[];
}

/** Bounded, so that text of strangers is read in linear time; what is longer is refused as a whole. */
const PLACEHOLDER = /\{\{\{?([^{}]{0,2000})\}?\}\}|\{%[^%]{0,2000}%\}/g;

/**
 * Turns a template with `{{ }}` into JSONata. One that is JSON becomes an object; what is one placeholder and nothing else keeps
 * its type.
 */
export function convertTemplate(text: string, mime: string, context: PlaceholderContext): ConvertedTemplate {
  const conversion: Conversion = { context, problems: [] };
  const done = (expression: string, gives: ConvertedTemplate["gives"]): ConvertedTemplate => ({
    expression,
    problems: conversion.problems,
    gives,
  });
  const json = readAsJson(text);
  if (json !== undefined) return done(write(json, "", conversion), "json");
  if (/x-www-form-urlencoded/i.test(mime) && /^[^\s=&{}]+=/.test(text.trim())) {
    return done(writeForm(text.trim(), conversion), "form");
  }
  if (/json/i.test(mime)) {
    const problem = "the template is not JSON, with or without its placeholders";
    return done(refusal(problem, text, conversion), "json");
  }
  return done(writeText(text, conversion), "text");
}

/** Writes text with placeholders: whole when it is one of them, joined otherwise. */
export function writeText(text: string, conversion: Conversion): string {
  const found = [...text.matchAll(PLACEHOLDER)];
  if (found.length === 0) return plain(text, conversion);
  const [only] = found;
  if (only !== undefined && only[0] === text.trim()) return writePlaceholder(only, conversion);
  const parts: string[] = [];
  let from = 0;
  for (const match of found) {
    if (match.index > from) parts.push(plain(text.slice(from, match.index), conversion));
    parts.push(writePlaceholder(match, conversion));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(plain(text.slice(from), conversion));
  return parts.length === 1 ? `$string(${parts[0]})` : parts.join(" & ");
}

/** A placeholder that was not recognised must not go out as text. */
function plain(text: string, conversion: Conversion): string {
  return /\{\{|\{%/.test(text) ? refusal("it is no placeholder that can be read", text, conversion) : literal(text);
}

function writePlaceholder([whole, inside]: RegExpMatchArray, conversion: Conversion): string {
  if (inside === undefined) return refusal("tags have no equivalent", whole, conversion);
  const converted = convertPlaceholder(inside.trim(), conversion.context);
  return "problem" in converted ? refusal(converted.problem, whole, conversion) : converted.expression;
}

function refusal(problem: string, source: string, { problems }: Conversion): string {
  problems.push(`${oneLine(source)}: ${problem}`);
  return `/* ${comment(oneLine(source))} */ $fail(${literal(`Not translated from Cenit: ${oneLine(source)} (${problem})`)})`;
}

/** Makes a text fit to stand in a comment of JSONata. */
export function comment(text: string): string {
  return text.replaceAll("*/", "* /").replaceAll("/*", "/ *");
}

function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

function write(value: Json, indent: string, conversion: Conversion): string {
  const inner = `${indent}  `;
  if (typeof value === "string") return writeText(value, conversion);
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((item) => inner + write(item, inner, conversion)).join(",\n")}\n${indent}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, member]) => `${inner}${writeText(name, conversion)}: ${write(member, inner, conversion)}`,
  );
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
}

/** Also reads a template whose placeholders stand outside of quotes, as Liquid has them. */
function readAsJson(text: string): Json | undefined {
  for (const candidate of [text, withQuotes(text)]) {
    try {
      JSON.parse(candidate);
    } catch {
      continue;
    }
    const value = parseCenitJson(candidate, "a template");
    if (isJsonObject(value) || Array.isArray(value)) return value;
  }
  return undefined;
}

function withQuotes(text: string): string {
  let result = "";
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at);
    if (!inString && text.startsWith("{{", at)) {
      const end = text.indexOf("}}", at);
      if (end < 0) return text;
      result += JSON.stringify(text.slice(at, end + 2));
      at = end + 1;
      continue;
    }
    if (inString && letter === "\\") {
      result += letter + text.charAt(++at);
      continue;
    }
    if (letter === '"') inString = !inString;
    result += letter;
  }
  return result;
}

function writeForm(text: string, conversion: Conversion): string {
  const members = text.split("&").map((pair) => {
    const at = pair.indexOf("=");
    const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
    return `  ${literal(decoded(name))}: ${writeText(/\{/.test(value) ? value : decoded(value), conversion)}`;
  });
  return `{\n${members.join(",\n")}\n}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
