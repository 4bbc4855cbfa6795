/** Where broadcasts are, or one of them. */
export function broadcastPath(id?: string, more = ""): string {
  return id === undefined ? "/api/v1/broadcasts" : `/api/v1/broadcasts/${encodeURIComponent(id)}${more}`;
}
