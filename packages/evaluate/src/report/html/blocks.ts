// Operators by block: exporters name nodes by the module they come from ("/encoder/layer.0/attention/query/MatMul"), so
// a prefix of the right length is a block of the network. Names without structure give blocks of equal length.

import type { PicturedNode } from "@tersor/core";

/** Operators that stand together. */
export interface Block {
  readonly name: string;
  readonly nodes: readonly PicturedNode[];
}

/** Most lines that a picture has. */
const MOST_BLOCKS = 48;
/** Least number of operators in a block, on average: shorter ones are layers, not blocks. */
const LEAST_LENGTH = 5;
/** Operators in a line where names say nothing. */
const PLAIN_LENGTH = 60;

/** The blocks in the order they first occur; every node is in one. */
export function blocksOf(nodes: readonly PicturedNode[]): readonly Block[] {
  const paths = nodes.map(({ node }) =>
    node
      .split("/")
      .filter((part) => part !== "")
      .slice(0, -1),
  );
  const level = bestLevel(paths);
  if (level === 0) return plainBlocks(nodes);
  const blocks = new Map<string, PicturedNode[]>();
  for (const [i, node] of nodes.entries()) {
    const name = paths[i]!.slice(0, level).join("/") || "outside of blocks";
    const block = blocks.get(name);
    if (block) block.push(node);
    else blocks.set(name, [node]);
  }
  return Array.from(blocks, ([name, members]) => ({ name, nodes: members }));
}

/** The longest prefixes that give few enough blocks; 0 where none gives more than one. */
function bestLevel(paths: readonly (readonly string[])[]): number {
  let best = 0;
  for (let level = 1; level <= 8; level++) {
    const count = new Set(paths.map((path) => path.slice(0, level).join("/"))).size;
    if (count > MOST_BLOCKS || count * LEAST_LENGTH > paths.length) break;
    if (count > 2) best = level;
  }
  return best;
}

function plainBlocks(nodes: readonly PicturedNode[]): readonly Block[] {
  const length = Math.max(PLAIN_LENGTH, Math.ceil(nodes.length / MOST_BLOCKS));
  return Array.from({ length: Math.ceil(nodes.length / length) }, (_, i) => {
    const members = nodes.slice(i * length, (i + 1) * length);
    return { name: `${i * length + 1} to ${i * length + members.length}`, nodes: members };
  });
}
