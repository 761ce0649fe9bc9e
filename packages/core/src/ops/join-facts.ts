// What holds for a value that comes from one of two places: the branches of If, the rounds of a Loop, elements of a sequence.

import { sameDim, type Dim } from "../graph/dim.ts";
import type { ValueType } from "../graph/graph.ts";
import type { Elements, Fact, TensorFact } from "./define.ts";

/** Names the dimension of `axis` in which the two differ. */
export type FreshDim = (axis: number) => Dim;

/** The fact that both imply. Where dimensions differ there is a fresh one, where ranks differ no shape. */
export function joinFacts(a: Fact | undefined, b: Fact | undefined, fresh: FreshDim): Fact | undefined {
  if (a === undefined || b === undefined) return undefined;
  if (a.kind === "tensor" && b.kind === "tensor") return joinTensors(a, b, fresh);
  if (a.kind === "sequence" && b.kind === "sequence")
    return { kind: "sequence", element: joinElements(a.element, b.element) };
  if (a.kind === "optional" && b.kind === "optional")
    return { kind: "optional", element: joinElements(a.element, b.element) };
  return a.kind === b.kind && JSON.stringify(a) === JSON.stringify(b) ? a : undefined;
}

/** The type that covers both elements; tensors of different shapes have none in common. */
export function joinElements(a: ValueType, b: ValueType): ValueType {
  if (a.kind === "tensor" && b.kind === "tensor") {
    const same = a.shape?.length === b.shape?.length && a.shape?.every((dim, axis) => sameDim(dim, b.shape![axis]!));
    return tensorType(a.dtype === b.dtype ? a.dtype : undefined, same ? a.shape : undefined);
  }
  if (a.kind === "sequence" && b.kind === "sequence")
    return { kind: "sequence", element: joinElements(a.element, b.element) };
  if (a.kind === "optional" && b.kind === "optional")
    return { kind: "optional", element: joinElements(a.element, b.element) };
  return { kind: "unknown" };
}

/** Whether both say the same; known elements do not count. */
export function sameFact(a: Fact | undefined, b: Fact | undefined): boolean {
  return JSON.stringify(typeOfFact(a)) === JSON.stringify(typeOfFact(b));
}

/** A fact as a type: without its known elements. */
export function typeOfFact(fact: Fact | undefined): ValueType {
  if (fact === undefined) return { kind: "unknown" };
  return fact.kind === "tensor" ? tensorType(fact.dtype, fact.shape) : fact;
}

/** A tensor type of what is known. */
export function tensorType(dtype: TensorFact["dtype"], shape: readonly Dim[] | undefined) {
  return { kind: "tensor", ...(dtype && { dtype }), ...(shape && { shape }) } as const satisfies TensorFact;
}

function joinTensors(a: TensorFact, b: TensorFact, fresh: FreshDim): TensorFact {
  const shape =
    a.shape && b.shape && a.shape.length === b.shape.length
      ? a.shape.map((dim, axis) => (sameDim(dim, b.shape![axis]!) ? dim : fresh(axis)))
      : undefined;
  const value = a.value && b.value && sameElements(a.value, b.value) ? a.value : undefined;
  return { ...tensorType(a.dtype === b.dtype ? a.dtype : undefined, shape), ...(value && { value }) };
}

function sameElements(a: Elements, b: Elements): boolean {
  const equal = (element: Dim | null, i: number) => element !== null && b.data[i] === element;
  return a.data.length === b.data.length && Array.from(a.data).every(equal);
}
