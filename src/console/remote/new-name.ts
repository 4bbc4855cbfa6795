/** Gives a name for one request, so that it is performed once however often it is sent. Also on pages without TLS, which have no `randomUUID`. */
export function newName(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
}
