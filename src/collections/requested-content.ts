import type { TrustedPublisher } from "../core/collection.js";
import { PatchbayError } from "../core/errors.js";
import type { InstallerTools } from "./installation.js";
import type { ContentRequest } from "./installer.js";
import { factsOf } from "./manifest-facts.js";
import { readShippedFiles } from "./shipped.js";
import { bundleFormat, splitSignature } from "./source/bundle.js";
import { readSource, type SourceContent, toContent } from "./source/read-source.js";

/**
 * Reads what a request names. Nothing is installed and nothing is trusted yet; what is wrong in itself is refused.
 * @throws what `readSource` throws; INTEGRITY_MISMATCH when the request says which integrity it means
 */
export async function requestedContent(request: ContentRequest, tools: InstallerTools): Promise<SourceContent> {
  const content = await contentOf(request, tools);
  const { integrity, source } = content.origin;
  if (request.integrity === undefined || request.integrity === integrity) return content;
  const message = `${source} has the integrity ${integrity}, not ${request.integrity}: it was changed meanwhile`;
  throw new PatchbayError("INTEGRITY_MISMATCH", message, { source, integrity, expected: request.integrity });
}

/**
 * Refuses what neither is this machine's own nor signed by somebody trusted.
 * @throws COLLECTION_UNSIGNED when nobody trusted has signed and the request does not accept that.
 */
export function requireTrust(
  content: SourceContent,
  { acceptUnsigned = false }: ContentRequest,
  trusted: readonly TrustedPublisher[],
): void {
  if (acceptUnsigned || !needsTrust(content, trusted)) return;
  const { source, publisher, integrity, version } = content.origin;
  const subject = `${factsOf(content.files).name} ${version} from ${source}`;
  const message =
    publisher === null ? `${subject} is not signed` : `${subject} is signed by ${publisher}, whom nobody here trusts`;
  throw new PatchbayError("COLLECTION_UNSIGNED", message, { source, integrity, publisher });
}

/** Tells whether somebody has to say yes to it. */
export function needsTrust({ own, origin }: SourceContent, trusted: readonly TrustedPublisher[]): boolean {
  return !own && !trusted.some(({ key }) => key === origin.publisher);
}

async function contentOf({ name, files, source, from }: ContentRequest, tools: InstallerTools): Promise<SourceContent> {
  if (files !== undefined) {
    const place = from ?? "files";
    return toContent(splitSignature(files), { source: place, resolved: place, own: bundleFormat(place) === null });
  }
  if (source !== undefined) return readSource(source, { ...tools, local: false });
  if (name !== undefined) {
    const shipped = splitSignature(await readShippedFiles(tools.shippedFolder, name));
    return toContent(shipped, { source: name, resolved: `shipped:${name}`, own: true });
  }
  throw new PatchbayError(
    "COLLECTION_UNKNOWN",
    "Say which collection: a source, the name of a shipped one, or its files",
  );
}
