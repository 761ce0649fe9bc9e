// Oracle: every way to part a small network, tried out.
import fc from "fast-check";
import { expect, it } from "vitest";
import { Network } from "./min-cut.ts";

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly cost: number;
}

const NODES = 6;
const edges = fc.array(fc.record<Edge>({ from: fc.nat(NODES - 1), to: fc.nat(NODES - 1), cost: fc.nat(9) }), {
  maxLength: 18,
});

/** Every cut as the set of nodes at the source, a bit each: the source is node 0, the sink node 1. */
const cuts = Array.from({ length: 2 ** NODES }, (_, bits) => bits).filter((bits) => (bits & 3) === 1);
const isIn = (cut: number, node: number): boolean => ((cut >> node) & 1) === 1;
const size = (cut: number): number => [...Array(NODES).keys()].filter((node) => isIn(cut, node)).length;

function costOf(cut: number, network: readonly Edge[]): number {
  return network.reduce((sum, { from, to, cost }) => sum + (isIn(cut, from) && !isIn(cut, to) ? cost : 0), 0);
}

it("finds the cheapest cut, and of all of them the one with the fewest nodes at the source", () => {
  fc.assert(
    fc.property(edges, (list) => {
      const network = new Network();
      for (let node = 2; node < NODES; node++) expect(network.node()).toBe(node);
      for (const { from, to, cost } of list) network.edge(from, to, cost);
      const { cost, atSource } = network.cut();
      const least = Math.min(...cuts.map((cut) => costOf(cut, list)));
      expect(cost).toBe(least);
      const found = [...Array(NODES).keys()].reduce((bits, node) => (atSource(node) ? bits | (1 << node) : bits), 0);
      expect(costOf(found, list)).toBe(least);
      const fewest = Math.min(...cuts.filter((cut) => costOf(cut, list) === least).map(size));
      expect(size(found)).toBe(fewest);
    }),
    { numRuns: 300 },
  );
});

it("does not recurse: a chain may be long", () => {
  const network = new Network();
  let last = network.source;
  for (let i = 0; i < 50_000; i++) {
    const next = network.node();
    network.edge(last, next, 3);
    last = next;
  }
  network.edge(last, network.sink, 2);
  expect(network.cut().cost).toBe(2);
});
