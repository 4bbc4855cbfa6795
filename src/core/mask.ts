/**
 * Gives what somebody may see who may not see people: enough to tell one from another, not enough to know who it is:
 * `+1415•••0132`, `a•••@•••`, the first letter of anything else.
 */
export function masked(text: string): string {
  if (text === "") return text;
  const number = /^(?:whatsapp:)?(\+\d{2,4}|\d{2,3})\d{3,}(\d{4})$/.exec(text.replace(/[\s().-]/g, ""));
  if (number !== null && text.length <= 40) return `${number[1]}•••${number[2]}`;
  const [first = ""] = text;
  return /^[^@\s]+@[^@\s]+$/.test(text.slice(0, 320)) ? `${first}•••@•••` : `${first}•••`;
}
