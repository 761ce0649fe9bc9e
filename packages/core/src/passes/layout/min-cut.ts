// The cheapest way to part a network: maximum flow by Dinic's algorithm (1970), in which nothing recurses,
// because graphs can be deeper than the call stack.

/** More than any sum of costs: an edge that is never cut. */
export const NEVER = 1e12;

/** A directed network with a source and a sink. */
export class Network {
  readonly source = 0;
  readonly sink = 1;
  #nodes = 2;
  /** Edges in pairs, each with its opposite: `to[e]` and `to[e ^ 1]`. */
  readonly #to: number[] = [];
  readonly #left: number[] = [];
  readonly #edges: number[][] = [[], []];

  node(): number {
    this.#edges.push([]);
    return this.#nodes++;
  }

  /** What it costs when `from` is on the side of the source and `to` on that of the sink. */
  edge(from: number, to: number, cost: number): void {
    this.#edges[from]!.push(this.#to.length);
    this.#edges[to]!.push(this.#to.length + 1);
    this.#to.push(to, from);
    this.#left.push(cost, 0);
  }

  /** The cost of the cheapest cut, and the nodes on the side of the source: as few as any cheapest cut has there. */
  cut(): { readonly cost: number; readonly atSource: (node: number) => boolean } {
    let cost = 0;
    for (let levels = this.#levels(); levels[this.sink]! >= 0; levels = this.#levels()) cost += this.#saturate(levels);
    const levels = this.#levels();
    return { cost, atSource: (node) => levels[node]! >= 0 };
  }

  /** Distance of each node from the source along edges with room; -1 where there is no way. */
  #levels(): Int32Array {
    const levels = new Int32Array(this.#nodes).fill(-1);
    levels[this.source] = 0;
    const queue = [this.source];
    for (let head = 0; head < queue.length; head++) {
      const from = queue[head]!;
      for (const edge of this.#edges[from]!) {
        const to = this.#to[edge]!;
        if (this.#left[edge]! === 0 || levels[to]! >= 0) continue;
        levels[to] = levels[from]! + 1;
        queue.push(to);
      }
    }
    return levels;
  }

  /** Sends what goes along shortest ways, and gives the amount. */
  #saturate(levels: Int32Array): number {
    const next = new Int32Array(this.#nodes);
    const path: number[] = [];
    let sent = 0;
    for (let at = this.source; ;) {
      if (at === this.sink) {
        sent += this.#send(path);
        path.length = 0;
        at = this.source;
        continue;
      }
      const edge = this.#advance(at, levels, next);
      if (edge !== undefined) {
        path.push(edge);
        at = this.#to[edge]!;
      } else {
        const last = path.pop();
        if (last === undefined) return sent;
        at = this.#to[last ^ 1]!;
        next[at]!++;
      }
    }
  }

  /** The next edge with room that leads one step away from the source. */
  #advance(at: number, levels: Int32Array, next: Int32Array): number | undefined {
    const edges = this.#edges[at]!;
    for (; next[at]! < edges.length; next[at]!++) {
      const edge = edges[next[at]!]!;
      if (this.#left[edge]! > 0 && levels[this.#to[edge]!] === levels[at]! + 1) return edge;
    }
    return undefined;
  }

  #send(path: readonly number[]): number {
    const amount = Math.min(...path.map((edge) => this.#left[edge]!));
    for (const edge of path) {
      this.#left[edge]! -= amount;
      this.#left[edge ^ 1]! += amount;
    }
    return amount;
  }
}
