// Patterns of paths, as .gitignore and dataset cards write them: * is anything but a slash, ** anything, ? one letter,
// {a,b} one of several, [ab] one of these letters.

/** Whether a path matches one of several patterns. A pattern that ends in a slash takes all that is below. */
export function matchesAny(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => expanded(pattern).some((one) => matches(path, one)));
}

const MOST_ALTERNATIVES = 256;

/** Writes out {a,b}; more of them than anybody needs stay as they are. */
function expanded(pattern: string): readonly string[] {
  let done = [pattern.endsWith("/") ? `${pattern}**` : pattern];
  for (;;) {
    const next = done.flatMap((one) => {
      const [, before, list, after] = /^([^{]*)\{([^{}]*)\}(.*)$/s.exec(one) ?? [];
      return list === undefined ? [one] : list.split(",").map((choice) => `${before}${choice}${after}`);
    });
    if (next.every((one) => done.includes(one)) || next.length > MOST_ALTERNATIVES) return done;
    done = next;
  }
}

/** Follows all ways to match at once, so that no pattern takes exponential time. */
function matches(path: string, pattern: string): boolean {
  const tokens = tokensOf(pattern);
  let states = closure(new Set([0]), tokens);
  for (const letter of path) {
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined || !token.takes(letter)) continue;
      next.add(token.repeats ? state : state + 1);
    }
    states = closure(next, tokens);
    if (states.size === 0) return false;
  }
  return states.has(tokens.length);
}

interface Token {
  /** May be left out, and taken again. */
  readonly repeats: boolean;
  takes(letter: string): boolean;
}

function tokensOf(pattern: string): readonly Token[] {
  const parts = pattern.match(/\*\*\/?|\*|\?|\[[^\]]+\]|[^]/gu) ?? [];
  return parts.map((part) => tokenOf(part));
}

function tokenOf(part: string): Token {
  if (part.startsWith("**")) return { repeats: true, takes: () => true };
  if (part === "*") return { repeats: true, takes: (letter) => letter !== "/" };
  if (part === "?") return { repeats: false, takes: (letter) => letter !== "/" };
  if (part.length > 1) return { repeats: false, takes: (letter) => part.slice(1, -1).includes(letter) };
  return { repeats: false, takes: (letter) => letter === part };
}

/** Adds the states behind tokens that may be left out. */
function closure(states: Set<number>, tokens: readonly Token[]): Set<number> {
  for (const state of states) if (tokens[state]?.repeats === true) states.add(state + 1);
  return states;
}
