// How many columns text takes in a terminal: by grapheme, wide ones (East Asian, emoji) two (Unicode UAX 11 and 29).

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /^(?:\p{Emoji_Presentation}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|.*\ufe0f)/su;
const halfwidth = /^[\uff61-\uffdc]/u;
const plain = /^[\x20-\x7e]*$/;

/** Columns that `text` takes; it must not hold control characters. */
export function textWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** `text` cut to at most `width` columns, with an ellipsis in the middle where both ends of a name tell something. */
export function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 1) return "…".slice(0, width);
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment);
  const head = fitting(graphemes, Math.ceil((width - 1) / 2));
  const tail = fitting(graphemes.reverse(), width - 1 - textWidth(head.join("")));
  return `${head.join("")}…${tail.reverse().join("")}`;
}

/**
 * Text of a model or data file made safe to print: control characters and those that turn the direction of the text
 * become "�", so that a name can't send escape codes to a terminal or forge a line.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, "�");
}

function fitting(graphemes: readonly string[], width: number): string[] {
  let used = 0;
  const end = graphemes.findIndex((grapheme) => (used += graphemeWidth(grapheme)) > width);
  return graphemes.slice(0, end === -1 ? graphemes.length : end);
}

function graphemeWidth(grapheme: string): number {
  if (/^\p{M}+$/u.test(grapheme) || /^[\u200b-\u200d\ufeff]$/.test(grapheme)) return 0;
  return wide.test(grapheme) && !halfwidth.test(grapheme) ? 2 : 1;
}
