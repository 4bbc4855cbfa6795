/** How a text is sent as SMS. */
export interface Segments {
  readonly encoding: "GSM-7" | "UCS-2";
  /** GSM-7 septets or UCS-2 code units the text takes. */
  readonly units: number;
  readonly count: number;
}

const GSM_BASIC =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const GSM_EXTENSION = "^{}\\[~]|€\f";
const basic = new Set(GSM_BASIC);
const extension = new Set(GSM_EXTENSION);

/**
 * Counts the SMS segments of a text: 160 septets in one GSM-7 segment or 153 in each of several, 70 or 67 code
 * units in UCS-2 as soon as one character is outside GSM-7. Extension characters take two septets; a pair
 * (escape + character, or a surrogate pair) is never split over two segments.
 *
 * Source: 3GPP TS 23.038; https://www.twilio.com/docs/glossary/what-is-gsm-7-character-encoding
 */
export function countSegments(text: string): Segments {
  const characters = [...text];
  const gsm = characters.every((character) => basic.has(character) || extension.has(character));
  const sizes = characters.map((character) => (gsm ? (extension.has(character) ? 2 : 1) : character.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const [single, concatenated] = gsm ? [160, 153] : [70, 67];
  const count = units <= single ? 1 : packed(sizes, concatenated);
  return { encoding: gsm ? "GSM-7" : "UCS-2", units, count };
}

/** Gives the characters of a text, each once, that are not in GSM-7: one of them makes the whole text UCS-2. */
export function outsideGsm(text: string): readonly string[] {
  return [...new Set(text)].filter((character) => !basic.has(character) && !extension.has(character));
}

function packed(sizes: readonly number[], capacity: number): number {
  let count = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > capacity) {
      count += 1;
      used = 0;
    }
    used += size;
  }
  return count;
}
