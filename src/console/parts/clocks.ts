/**
 * Gives a text with the instants in it as they stand on a clock and a calendar.
 * @param timeZone Whose clock; the viewer's own by default.
 */
export function withClocks(text: string, timeZone?: string): string {
  const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long", timeZone });
  return text.replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (at) => exact.format(new Date(at)));
}
