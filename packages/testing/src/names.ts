// Names that recipes, command lines and messages can say.

import type { Finding } from "./check.ts";

/** Lower-case words with digits, dots and dashes between them, such as "percentile-99.99". */
const word = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

export function nameFinding(name: string): Finding {
  return word.test(name) ? undefined : `"${name}" is not made of lower-case letters, digits, dots and dashes`;
}
