/** What the doctor found in one place. */
export interface Finding {
  /** What was looked at. */
  readonly subject: string;
  readonly state: "ok" | "warning" | "problem";
  readonly message: string;
  /** What to do; null when all is well. */
  readonly remedy: string | null;
}

export const ok = (subject: string, message: string): Finding => ({ subject, state: "ok", message, remedy: null });

export const warning = (subject: string, message: string, remedy: string): Finding => ({
  subject,
  state: "warning",
  message,
  remedy,
});

export const problem = (subject: string, message: string, remedy: string): Finding => ({
  subject,
  state: "problem",
  message,
  remedy,
});
