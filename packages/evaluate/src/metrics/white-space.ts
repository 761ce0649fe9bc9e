// White space as Python's str.split and str.strip have it, which differs from JavaScript's in U+001C to U+001F, U+0085 and
// U+FEFF: the reference implementations of the text metrics are Python's.

/** A character class of white space, to be put into brackets of a regular expression. */
export const WHITE_SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const runs = new RegExp(`[${WHITE_SPACE}]+`, "u");
const ends = new RegExp(`^[${WHITE_SPACE}]+|[${WHITE_SPACE}]+$`, "gu");

/** The words between white space; none of a blank text. */
export function wordsOf(text: string): readonly string[] {
  return text.split(runs).filter((word) => word !== "");
}

/** The text without white space at its ends. */
export function stripped(text: string): string {
  return text.replace(ends, "");
}
