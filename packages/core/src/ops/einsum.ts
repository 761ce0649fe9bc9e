// Einsum: sums of products in Einstein's notation, with "..." (https://onnx.ai/onnx/operators/onnx__Einsum.html).

import { broadcastDim, broadcastDims, type Dim } from "../graph/dim.ts";
import { defineOp, string, type ShapedInput } from "./define.ts";
import { countOf } from "./macs.ts";

interface Equation {
  readonly inputs: readonly string[];
  readonly output: string;
}

/** The dimension of each letter, and the broadcast shape of what "..." stands for. */
interface Dims {
  readonly letters: ReadonlyMap<string, Dim>;
  readonly ellipsis: readonly Dim[];
}

export const einsum = defineOp({
  type: "Einsum",
  since: [12],
  attributes: { equation: string("") },
  shape: (inputs, { equation }) => {
    const parsed = parse(equation);
    const dims = parsed && dimsOf(parsed.inputs, inputs);
    return [dims && outputShape(parsed!.output, dims)];
  },
  quantization: { kind: "float", why: "runtimes have no INT8 kernel for it; a pass can turn it into MatMul" },
  cost: (inputs, { equation }) => {
    const parsed = parse(equation);
    const known = inputs.filter((input) => input !== undefined);
    const dims = parsed && dimsOf(parsed.inputs, known);
    return dims ? countOf([...dims.letters.values(), ...dims.ellipsis]) : NaN;
  },
});

function parse(equation: string): Equation | undefined {
  const [left, right] = equation.replace(/\s/g, "").split("->");
  if (!left || !/^[A-Za-z.,]*$/.test(left)) return undefined;
  const inputs = left.split(",");
  return { inputs, output: right ?? implicitOutput(inputs) };
}

/** Without "->": what "..." stands for, then the letters that occur once, in alphabetical order. */
function implicitOutput(inputs: readonly string[]): string {
  const letters = [...inputs.join("").replaceAll(".", "")];
  const once = letters.filter((letter) => letters.indexOf(letter) === letters.lastIndexOf(letter)).sort();
  return (inputs.some((input) => input.includes("...")) ? "..." : "") + once.join("");
}

function dimsOf(terms: readonly string[], inputs: readonly ShapedInput[]): Dims | undefined {
  const letters = new Map<string, Dim>();
  let ellipsis: readonly Dim[] | undefined = [];
  if (terms.length !== inputs.length) return undefined;
  for (const [i, term] of terms.entries()) {
    const { shape } = inputs[i]!;
    const [before, after] = split(term);
    const hidden = shape.length - before.length - after.length;
    if (hidden < 0 || (hidden > 0 && !term.includes("..."))) return undefined;
    ellipsis = broadcastDims(ellipsis, shape.slice(before.length, before.length + hidden));
    const named = [...shape.slice(0, before.length), ...shape.slice(before.length + hidden)];
    if (ellipsis === undefined || !addLetters(letters, before + after, named)) return undefined;
  }
  return { letters, ellipsis };
}

function addLetters(letters: Map<string, Dim>, names: string, dims: readonly Dim[]): boolean {
  for (const [i, letter] of [...names].entries()) {
    const dim = broadcastDim(letters.get(letter) ?? 1, dims[i]!);
    if (dim === undefined) return false;
    letters.set(letter, dim);
  }
  return true;
}

function split(term: string): readonly [before: string, after: string] {
  const [before, after] = term.split("...");
  return [before ?? "", after ?? ""];
}

function outputShape(output: string, { letters, ellipsis }: Dims): readonly Dim[] | undefined {
  const [before, after] = split(output);
  const dimOf = (letter: string) => letters.get(letter);
  const shape = [...[...before].map(dimOf), ...(output.includes("...") ? ellipsis : []), ...[...after].map(dimOf)];
  return shape.every((dim) => dim !== undefined) ? shape : undefined;
}
