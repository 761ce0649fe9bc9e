// Colours for terminals, as meanings; nothing else of the package knows escape codes.

/** What a text means, from which its colour follows. */
export type Meaning = "strong" | "dim" | "good" | "bad" | "warn";

/** Gives text in the colour of its meaning, or just the text. */
export type Paint = (meaning: Meaning, text: string) => string;

const codes = {
  strong: [1, 22],
  dim: [2, 22],
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
} as const satisfies Record<Meaning, readonly [on: number, off: number]>;

/** A paint that colours, or one that leaves text as it is. */
export function createPaint(color: boolean): Paint {
  return color ? (meaning, text) => `\x1b[${codes[meaning][0]}m${text}\x1b[${codes[meaning][1]}m` : (_, text) => text;
}

/** Whether to colour: on a terminal, unless NO_COLOR (https://no-color.org) is set or the terminal is dumb. */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment["NO_COLOR"] && environment["TERM"] !== "dumb";
}
