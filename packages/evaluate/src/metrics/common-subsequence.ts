// Longest common subsequence by the table of Wagner & Fischer (1974), for texts of words.

/** Length of the longest common subsequence; one row of the table at a time. */
export function subsequenceLength(a: readonly string[], b: readonly string[]): number {
  let row = new Uint32Array(b.length + 1);
  for (const word of a) {
    const next = new Uint32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++) {
      next[j] = word === b[j - 1] ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!);
    }
    row = next;
  }
  return row[b.length]!;
}

/**
 * Indices in `a` of one longest common subsequence, the last one first. Where several are as long, the way back through
 * the table goes up before it goes left: the choice of the rouge-score package, which its union over lines depends on.
 */
export function subsequence(a: readonly string[], b: readonly string[]): readonly number[] {
  const width = b.length + 1;
  const table = lengthTable(a, b);
  const found: number[] = [];
  for (let i = a.length, j = b.length; i > 0 && j > 0;) {
    if (a[i - 1] === b[j - 1]) {
      found.push(i - 1);
      i--;
      j--;
    } else if (table[i * width + j - 1]! > table[(i - 1) * width + j]!) j--;
    else i--;
  }
  return found;
}

function lengthTable(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const at = i * width + j;
      table[at] = a[i - 1] === b[j - 1] ? table[at - width - 1]! + 1 : Math.max(table[at - width]!, table[at - 1]!);
    }
  }
  return table;
}
