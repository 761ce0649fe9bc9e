// X^T X by the runtime: a product added to the graph is many times as fast as summing outer products here, and what is
// left to do is one addition for each batch. Sums over batches stay in float64, those within one are float32.
//
//   x ── Flatten ─┬─ Transpose ── MatMul ──▶ X^T X
//                 └──────────────┘   └ Size ──▶ elements, for the number of rows

import { attribute, edit, inferTypes, nodeOf, type Graph, type ObserverRequest, type Summary } from "@tersor/core";

type SecondMoment = Extract<ObserverRequest, { readonly observer: "second-moment" }>;

/** A graph with products, the requests for them, and the way back to what was asked for. */
interface Products {
  readonly graph: Graph;
  readonly requests: readonly ObserverRequest[];
  collect(summaries: readonly Summary[]): readonly Summary[];
}

/** Beyond this number of features the observer refuses, with an error of its own. */
const MOST_FEATURES = 16384;

/** The graph with a product for each second moment of a float32 matrix that nodes make; other requests stay as they are. */
export function withProducts(graph: Graph, requests: readonly ObserverRequest[]): Products {
  const wanted = requests.filter((request): request is SecondMoment => request.observer === "second-moment");
  if (wanted.length === 0) return { graph, requests, collect: (summaries) => summaries };
  const ranks = ranksOf(graph, wanted);
  const names = new Map<string, { readonly product: string; readonly size: string }>();
  const widened = edit(graph, (draft) => {
    for (const [tensor, rank] of ranks) {
      const name = (part: string): string => draft.fresh(`${tensor}_${part}`);
      const [flat, turned, product, size] = [name("flat"), name("turned"), name("product"), name("size")];
      names.set(tensor, { product, size });
      draft.insertAfter(
        draft.producer(tensor)!,
        nodeOf("Flatten", flat, [tensor], [flat], { axis: attribute.int(rank - 1) }),
        nodeOf("Transpose", turned, [flat], [turned], { perm: attribute.ints([1, 0]) }),
        nodeOf("MatMul", product, [turned, flat], [product]),
        nodeOf("Size", size, [flat], [size]),
      );
    }
  });
  const replaced = requests.map((request): readonly ObserverRequest[] => {
    const made = request.observer === "second-moment" ? names.get(request.tensor) : undefined;
    if (!made) return [request];
    return [
      { tensor: made.product, observer: "sum" },
      { tensor: made.size, observer: "sum" },
    ];
  });
  return { graph: widened, requests: replaced.flat(), collect: (summaries) => joined(replaced, summaries) };
}

/** Ranks of the tensors that can be multiplied: float32, made by a node, with rows, and not too wide. */
function ranksOf(graph: Graph, wanted: readonly SecondMoment[]): ReadonlyMap<string, number> {
  const { types } = inferTypes(graph);
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  const ranks = new Map<string, number>();
  for (const { tensor } of wanted) {
    const fact = types.get(tensor);
    if (!made.has(tensor) || fact?.kind !== "tensor" || fact.dtype !== "float32" || !fact.shape) continue;
    const width = fact.shape.at(-1);
    if (fact.shape.length >= 2 && typeof width === "number" && width <= MOST_FEATURES)
      ranks.set(tensor, fact.shape.length);
  }
  return ranks;
}

function joined(replaced: readonly (readonly ObserverRequest[])[], summaries: readonly Summary[]): readonly Summary[] {
  let at = 0;
  return replaced.map(({ length }) => {
    const own = summaries.slice(at, (at += length));
    return length === 2 ? secondMoment(own[0]!, own[1]!) : own[0]!;
  });
}

function secondMoment(product: Summary, size: Summary): Summary {
  if (product.kind !== "sum" || size.kind !== "sum") return product;
  const features = product.shape[0] ?? 0;
  const count = features === 0 ? 0 : (size.sum[0] ?? 0) / features;
  return { kind: "second-moment", matrix: product.sum, features, count };
}
