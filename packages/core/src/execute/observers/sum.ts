// The sum of a tensor of fixed shape over all batches, element by element, in float64.

import { elementCount, type Shape } from "../../tensor/tensor.ts";
import { observedShape, summariesDiffer } from "../errors.ts";
import type { Observer, ObserverRequest, Summary } from "../observer.ts";
import { elementsOf } from "./elements.ts";

type Sum = Extract<Summary, { readonly kind: "sum" }>;

export function sumObserver({ tensor: name }: Extract<ObserverRequest, { readonly observer: "sum" }>): Observer {
  let total: Float64Array | undefined;
  let shape: Shape = [];
  let count = 0;
  return {
    update: (tensor) => {
      if (total === undefined) {
        shape = tensor.shape;
        total = new Float64Array(elementCount(shape));
      }
      if (tensor.shape.join() !== shape.join())
        throw observedShape({
          tensor: name,
          shape: tensor.shape,
          expected: `the shape [${shape.join(", ")}], as before`,
        });
      const values = elementsOf(tensor);
      for (let i = 0; i < total.length; i++) total[i]! += values[i]!;
      count += values.length;
    },
    summary: () => ({ kind: "sum", sum: total?.slice() ?? new Float64Array(0), shape, count }),
  };
}

/** Merges two summaries; one that has seen nothing fits any. */
export function mergeSums(a: Sum, b: Sum): Sum {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  if (a.shape.join() !== b.shape.join())
    throw summariesDiffer({ left: `a sum of shape [${a.shape.join(", ")}]`, right: `[${b.shape.join(", ")}]` });
  return { ...a, sum: a.sum.map((value, i) => value + b.sum[i]!), count: a.count + b.count };
}
