// Entities out of a row of tags, as seqeval finds them by default (and conlleval before it): schemes IOB1, IOB2, IOE and
// IOBES alike, and rows that keep to none of them.

/** Entities as "type begin end", each once. */
export function entitiesOf(tags: readonly string[]): ReadonlySet<string> {
  const entities = new Set<string>();
  let before = parts("O");
  let begin = 0;
  for (const [i, tag] of [...tags, "O"].entries()) {
    const current = parts(tag);
    if (endsBetween(before, current)) entities.add(`${before.type} ${begin} ${i - 1}`);
    if (beginsBetween(before, current)) begin = i;
    before = current;
  }
  return entities;
}

interface Parts {
  /** "B", "I", "E", "S" or "O". */
  readonly kind: string;
  readonly type: string;
}

/** "B-PER" is a B of the type PER; a tag without type has the type "_". */
function parts(tag: string): Parts {
  return { kind: tag.charAt(0), type: tag.slice(1).replace(/^[^-]*-/, "") || "_" };
}

function endsBetween(before: Parts, current: Parts): boolean {
  if (before.kind === "E" || before.kind === "S") return true;
  if ((before.kind === "B" || before.kind === "I") && "BSO".includes(current.kind)) return true;
  return isInside(before) && before.type !== current.type;
}

function beginsBetween(before: Parts, current: Parts): boolean {
  if (current.kind === "B" || current.kind === "S") return true;
  if ("ESO".includes(before.kind) && (current.kind === "E" || current.kind === "I")) return true;
  return isInside(current) && before.type !== current.type;
}

function isInside({ kind }: Parts): boolean {
  return kind !== "O" && kind !== ".";
}
