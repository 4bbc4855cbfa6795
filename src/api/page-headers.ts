const ONE_YEAR_S = 31_536_000;

/**
 * Gives the headers of an answer that a browser shows as a page, beside those of every answer (send.ts). A page is alone in its
 * window, is framed by nobody, has the use of no device, and is asked for by TLS only once it was reached so.
 *
 * Written out here rather than taken from a middleware such as helmet: there is no middleware in front of routes, each page has a
 * policy of its own, and these are five constant lines.
 *
 * @param policy Content security policy of the page.
 */
export function pageHeaders(policy: string, publicUrl: string | null): Readonly<Record<string, string>> {
  const secure = publicUrl?.startsWith("https:") ?? false;
  return {
    "Content-Type": "text/html;charset=utf-8",
    "Content-Security-Policy": policy,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "X-Frame-Options": "DENY",
    ...(secure ? { "Strict-Transport-Security": `max-age=${ONE_YEAR_S}` } : {}),
  };
}
