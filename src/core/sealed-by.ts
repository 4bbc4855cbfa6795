/** Which of the secrets that a server knows has sealed something; `unknown` for none of them. */
export type SealedBy = "current" | "previous" | "unknown";
