/** Gives whose timeline a person asks for who has typed something; null for nothing. */
export function toSubject(typed: string): Record<string, string> | null {
  const text = typed.trim();
  if (text === "") return null;
  if (/^(SM|MM)[0-9a-f]{32}$/i.test(text)) return { sid: text };
  if (/^run_/.test(text)) return { run: text };
  const digits = text.replace(/[\s().-]/g, "");
  if (/^\+\d{7,15}$/.test(digits)) return { phone: digits };
  return { order: text };
}
