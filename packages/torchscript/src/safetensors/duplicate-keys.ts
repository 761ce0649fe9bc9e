// JSON.parse keeps the last of two equal names without a word; in a header that would hide a tensor.

/** A name that an object at the top level of valid JSON, or one right below, has twice; undefined if there is none. */
export function duplicateKeyOf(json: string): string | undefined {
  const levels: Set<string>[] = [];
  for (const { text, isKey } of tokens(json)) {
    if (text === "{") levels.push(new Set());
    else if (text === "}") levels.pop();
    else if (isKey) {
      const key = JSON.parse(text) as string;
      const names = levels.at(-1)!;
      if (names.has(key)) return key;
      names.add(key);
    }
  }
  return undefined;
}

const token = /[{}]|"(?:[^"\\]|\\.)*"(\s*:)?/g;

function* tokens(json: string): Iterable<{ readonly text: string; readonly isKey: boolean }> {
  for (const match of json.matchAll(token)) {
    const colon = match[1];
    yield { text: colon === undefined ? match[0] : match[0].slice(0, -colon.length), isKey: colon !== undefined };
  }
}
