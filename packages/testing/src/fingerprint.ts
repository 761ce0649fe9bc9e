// Data as text, to see whether two values are equal or one was changed: typed arrays, NaN, infinities and -0 included.

/** Equal values have equal text. */
export function fingerprint(value: unknown): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}${listText(elementsOf(value))}`;
  if (Array.isArray(value)) return listText(value);
  if (value instanceof Map) return `map${listText([...value])}`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${fingerprint(entry)}`).join(",")}}`;
}

function elementsOf(view: ArrayBufferView): readonly unknown[] {
  return Array.from(view as unknown as ArrayLike<unknown>);
}

function listText(list: readonly unknown[]): string {
  return `[${list.map(fingerprint).join(",")}]`;
}
