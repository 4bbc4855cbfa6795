import { type Finding, ok, warning } from "./finding.js";

/** Checks that vendors can reach this server. */
export function checkPublicUrl(publicUrl: string | null): Finding {
  if (publicUrl === null) {
    return warning(
      "public url",
      "PUBLIC_URL is not set: texts are sent, but delivery is not followed",
      "Set PUBLIC_URL to the address by which Twilio reaches this server.",
    );
  }
  const { protocol, hostname } = new URL(publicUrl);
  if (["127.0.0.1", "localhost", "[::1]"].includes(hostname)) {
    return warning(
      "public url",
      `${publicUrl} is this machine: only a simulator on it can report delivery`,
      "Set PUBLIC_URL to an address that Twilio can reach.",
    );
  }
  if (protocol === "https:") return ok("public url", publicUrl);
  return warning("public url", `${publicUrl} is not encrypted`, "Serve Patchbay over HTTPS.");
}
