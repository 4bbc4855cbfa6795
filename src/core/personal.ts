/**
 * E-mail addresses; what stands on either side of the @ is bounded, so that long texts are read in linear time.
 * Source: RFC 5321, 4.5.3.1 (64 and 255 octets)
 */
const email = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;

/** Phone numbers: in E.164, or with the signs that people put between their parts. */
const phone = /\+\d[\d ().-]{5,20}\d|(?<![\d.])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)/g;

/** Takes e-mail addresses and phone numbers out of a text that is written where nobody may read about people. */
export function hidePersonal(text: string): string {
  if (!/[@+\d]/.test(text)) return text;
  return text.replace(email, "[e-mail]").replace(phone, "[phone]");
}

/** An error's words are no place for more; and what is never closed is looked through again from each mark. */
const MOST = 4_000;
const quoted = /"(?:[^"\\]|\\.)*(?:"|$)/gs;

/**
 * Does so in the words of an error that nobody expected: what stands in double quotation marks is, as a rule, a value
 * (`invalid input syntax for type bigint: "…"`, `Unexpected token 'A', "Ann Lee" is not valid JSON`).
 */
export function hideValues(text: string): string {
  const shown = text.length > MOST ? `${text.slice(0, MOST)}…` : text;
  return hidePersonal(shown.replace(quoted, '"…"'));
}
