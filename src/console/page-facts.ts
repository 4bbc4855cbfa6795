/** Whether this server has a simulated vendor beside it. */
export function hasSimulator(): boolean {
  return document.querySelector<HTMLMetaElement>('meta[name="simulator"]')?.content === "yes";
}

/** Gives the number that styles have to carry which the page itself adds. */
export function readNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
}
