// A small graph with its edges: a column per depth (longest path from an input), lanes within a column chosen near the
// lanes of what a node reads, so that a residual network reads from left to right.

import type { PicturedNode, PrecisionKind } from "@tersor/core";
import { html, type Html } from "./markup.ts";

const MOST_NODES = 160;
const MOST_COLUMNS = 110;
const WIDTH = 1040;
const LANE = 20;
const MARGIN = 12;

interface Place {
  readonly column: number;
  readonly lane: number;
}

/** Whether the picture would be readable. */
export function fitsDrawing(nodes: readonly PicturedNode[]): boolean {
  return nodes.length <= MOST_NODES && Math.max(0, ...depthsOf(nodes)) < MOST_COLUMNS;
}

/** Nodes as marks, edges as curves. */
export function drawnGraph(nodes: readonly PicturedNode[], titleOf: (node: PicturedNode) => string): Html {
  const places = placesOf(nodes);
  const columns = 1 + Math.max(0, ...places.map(({ column }) => column));
  const lanes = 1 + Math.max(0, ...places.map(({ lane }) => lane));
  const pitch = Math.min(34, (WIDTH - 2 * MARGIN) / columns);
  const x = ({ column }: Place) => MARGIN + (column + 0.5) * pitch;
  const y = ({ lane }: Place) => MARGIN + (lane + 0.5) * LANE;
  const size = Math.max(3, Math.min(7, pitch * 0.4));
  const width = Math.ceil(2 * MARGIN + columns * pitch);
  const edges = nodes.flatMap(({ inputs }, to) =>
    inputs
      .filter((from) => places[from] !== undefined && from !== to)
      .map((from) => edge(places[from]!, places[to]!, x, y)),
  );
  return html`<div class="scroll drawing" tabindex="0" role="region" aria-label="The graph, from input to output">
    <svg
      viewBox="0 0 ${width} ${2 * MARGIN + lanes * LANE}"
      style="min-width:${Math.round(width * 0.7)}px;max-width:${Math.round(width * 1.4)}px"
      role="img"
      aria-label="${nodes.length} operators from left to right; the table below lists them"
    >
      <path class="edges" d="${edges.join("")}" />
      ${nodes.map((node, i) => mark(node.kind, x(places[i]!), y(places[i]!), size, titleOf(node)))}
    </svg>
  </div>`;
}

function depthsOf(nodes: readonly PicturedNode[]): readonly number[] {
  const depths: number[] = [];
  for (const [i, { inputs }] of nodes.entries())
    depths.push(inputs.reduce((depth, from) => (from < i ? Math.max(depth, depths[from]! + 1) : depth), 0));
  return depths;
}

/** Each node takes the free lane nearest to the mean lane of what it reads. */
function placesOf(nodes: readonly PicturedNode[]): readonly Place[] {
  const taken = new Map<number, Set<number>>();
  const places: Place[] = [];
  for (const [i, column] of depthsOf(nodes).entries()) {
    const sources = nodes[i]!.inputs.flatMap((from) => places[from] ?? []);
    const wish =
      sources.length === 0 ? 0 : Math.round(sources.reduce((sum, { lane }) => sum + lane, 0) / sources.length);
    const used = taken.get(column) ?? new Set();
    taken.set(column, used);
    const lane = freeLane(used, wish);
    used.add(lane);
    places.push({ column, lane });
  }
  return places;
}

function freeLane(used: ReadonlySet<number>, wish: number): number {
  for (let away = 0; ; away++) {
    if (wish - away >= 0 && !used.has(wish - away)) return wish - away;
    if (!used.has(wish + away)) return wish + away;
  }
}

function edge(from: Place, to: Place, x: (place: Place) => number, y: (place: Place) => number): string {
  const [x1, y1, x2, y2] = [x(from), y(from), x(to), y(to)];
  // A long edge along its own lane would run through the nodes in between: it goes around them.
  const bend = from.lane === to.lane && to.column - from.column > 1 ? LANE * 0.7 : 0;
  const middle = (x1 + x2) / 2;
  return `M${f(x1)} ${f(y1)}C${f(middle)} ${f(y1 + bend)} ${f(middle)} ${f(y2 + bend)} ${f(x2)} ${f(y2)}`;
}

/** Square: integers; half-filled square: integer weights; disc: narrow float; ring: float; triangle: conversion; dot: the rest. */
function mark(kind: PrecisionKind, x: number, y: number, size: number, title: string): Html {
  const hit = html`<circle class="hit" cx="${f(x)}" cy="${f(y)}" r="${f(size + 3)}" />`;
  return html`<g class="${kind}"><title>${title}</title>${hit}${shapeOf(kind, x, y, size)}</g>`;
}

function shapeOf(kind: PrecisionKind, x: number, y: number, size: number): Html {
  const square = `M${f(x - size)} ${f(y - size)}h${f(2 * size)}v${f(2 * size)}h${f(-2 * size)}z`;
  switch (kind) {
    case "integer":
      return html`<path class="full" d="${square}" />`;
    case "weight-only":
      return html`<path class="line" d="${square}" /><path
          class="full"
          d="M${f(x - size)} ${f(y - size)}v${f(2 * size)}h${f(2 * size)}z"
        />`;
    case "narrow-float":
      return html`<circle class="full" cx="${f(x)}" cy="${f(y)}" r="${f(size * 0.9)}" />`;
    case "float":
      return html`<circle class="line" cx="${f(x)}" cy="${f(y)}" r="${f(size * 0.9)}" />`;
    case "conversion":
      return html`<path
        class="full"
        d="M${f(x - size * 0.7)} ${f(y - size * 0.7)}l${f(size * 1.4)} ${f(size * 0.7)}l${f(-size * 1.4)} ${f(size * 0.7)}z"
      />`;
    case "other":
      return html`<circle class="full" cx="${f(x)}" cy="${f(y)}" r="${f(size * 0.5)}" />`;
  }
}

function f(value: number): string {
  return String(Number(value.toFixed(1)));
}
