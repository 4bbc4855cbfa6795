const place = "patchbay.key";

/** Gives the API key of this tab; null when none was entered. */
export function readKey(): string | null {
  return sessionStorage.getItem(place);
}

/** Keeps the API key for as long as this tab is open. */
export function keepKey(key: string): void {
  sessionStorage.setItem(place, key);
}

/** Forgets the API key. */
export function forgetKey(): void {
  sessionStorage.removeItem(place);
}
