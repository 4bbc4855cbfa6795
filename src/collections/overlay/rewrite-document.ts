import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { isJsonObject, type Json, type JsonObject } from "../../core/json.js";
import { idOf, sameValue } from "./merge-values.js";

/**
 * Writes a value as YAML the way a text that is nearly the same writes it: comments, order and style of everything that is the same stay.
 *
 * @param text YAML that was read without a problem.
 * @param others More texts to take what the first has not from, with its comments.
 */
export function rewriteDocument(text: string, value: Json, others: readonly string[] = []): string {
  const document = parseDocument(text);
  const donors = others.map((other) => parseDocument(other).contents);
  document.contents = rewrite({ document, donors }, document.contents, value) as ParsedNode;
  return document.toString({ lineWidth: 0 });
}

/** Where nodes come from: the document that is written, and the ones that lend theirs. */
interface Paper {
  readonly document: Document;
  /** What stands at this place in the other texts. */
  readonly donors: readonly (Node | null | undefined)[];
}

function rewrite(paper: Paper, node: Node | null | undefined, value: Json): Node {
  const { document, donors } = paper;
  if (node && sameValue(read(document, node), value)) return node;
  if (isMap(node) && isJsonObject(value)) return rewriteMembers(paper, node, value);
  if (isSeq(node) && Array.isArray(value)) return rewriteElements(paper, node, value);
  const lent = donors.find((donor) => donor && sameValue(read(document, donor), value));
  if (lent) return lent;
  const made = document.createNode(value) as Node;
  if (isScalar(node)) Object.assign(made, { comment: node.comment, commentBefore: node.commentBefore });
  return made;
}

function rewriteMembers({ document, donors }: Paper, map: YAMLMap, value: JsonObject): YAMLMap {
  map.items = map.items.filter(({ key }) => Object.hasOwn(value, nameOf(key)));
  for (const [name, member] of Object.entries(value)) {
    const lenders = donors.map((donor) => pairOf(donor, name));
    const pair = pairOf(map, name) ?? lenders.find((lender) => lender !== undefined);
    const values = lenders.map((lender) => lender?.value as Node | undefined);
    const written = rewrite({ document, donors: values }, pair?.value as Node | undefined, member);
    if (pair === undefined) map.items.push(document.createPair(name, written));
    else {
      pair.value = written;
      if (!map.items.includes(pair)) map.items.push(pair);
    }
  }
  return map;
}

function rewriteElements({ document, donors }: Paper, list: YAMLSeq, elements: readonly Json[]): YAMLSeq {
  const own = list.items as Node[];
  const lent = donors.map((donor) => (isSeq(donor) ? (donor.items as Node[]) : []));
  list.items = elements.map((element) => {
    const lenders = lent.map((nodes) => nodes.find((node) => isAbout(read(document, node), element)));
    const found =
      own.find((node) => isAbout(read(document, node), element)) ?? lenders.find((node) => node !== undefined);
    return rewrite({ document, donors: lenders }, found, element);
  });
  return list;
}

/** Tells whether two elements of lists are the same one, changed or not. */
function isAbout(one: Json, other: Json): boolean {
  const id = idOf(one);
  return id === undefined ? sameValue(one, other) : id === idOf(other);
}

function pairOf(node: unknown, name: string) {
  return isMap(node) ? node.items.find(({ key }) => nameOf(key) === name) : undefined;
}

function nameOf(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}

function read(document: Document, node: Node): Json {
  return node.toJS(document) as Json;
}
