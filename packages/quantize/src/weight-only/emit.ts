// Few-bit products and look-ups in place of float ones, one level of the graph at a time.

import {
  attribute,
  dropped,
  extend,
  float32,
  int64,
  nodeOf,
  sourceOf,
  type Attribute,
  type GraphDraft,
  type GroupsSpec,
  type Node,
  type Origin,
  type QuantizedNode,
  type TensorSource,
  type Weight,
} from "@tersor/core";
import { floatAttribute, intAttribute } from "../formats/attributes.ts";
import { sourcesOf } from "./code-weight.ts";
import { codingJobOf, isInputMajor, type GroupsContext } from "./coding-job.ts";
import type { Matrix } from "./matrix.ts";
import type { StoredForm } from "./stored/form.ts";
import { blockSizeOf } from "./stored/rows.ts";

const MICROSOFT = "com.microsoft";

/** Names of the tensors of a coded weight. */
interface StoredNames {
  readonly codes: string;
  readonly scales: string;
  readonly zeroPoints?: string;
  readonly form: StoredForm;
  readonly matrix: Matrix;
}

const made = dropped("made by quantization");

/** Rewrites the nodes of one level; remembers what it stored, so that a shared weight is stored once. */
export class GroupsEmitter {
  readonly #draft: GraphDraft;
  readonly #lookup: (name: string) => Weight | undefined;
  readonly #context: GroupsContext;
  readonly #stored = new Map<TensorSource, Map<string, StoredNames>>();
  readonly #dequantized = new Map<string, string>();

  constructor(draft: GraphDraft, lookup: (name: string) => Weight | undefined, context: GroupsContext) {
    this.#draft = draft;
    this.#lookup = lookup;
    this.#context = context;
  }

  emit(node: Node, { groups, weights }: QuantizedNode): void {
    const name = weights![0]!;
    if (node.op === "Gather") this.#table(node, name, groups!);
    else if (this.#context.format === "qdq") this.#dequantize(node, name, groups!);
    else this.#product(node, name, groups!);
  }

  /** x W as MatMulNBits or MatMulBnb4; what Gemm has beside the product follows in operators of its own. */
  #product(node: Node, name: string, spec: GroupsSpec): void {
    const stored = this.#store(node, name, spec, isInputMajor(node));
    const product = productNode(stored, spec, this.#context.accuracyLevel);
    const steps = [...this.#before(node), product, ...this.#behind(node)];
    const nodes: Node[] = [];
    let value = node.inputs[0]!;
    for (const [at, step] of steps.entries()) {
      const isLast = at === steps.length - 1;
      const output = isLast ? node.outputs[0]! : this.#draft.fresh(`${node.name}_${step.op}`);
      nodes.push({ ...step, name: isLast ? node.name : output, inputs: step.inputs(value), outputs: [output] });
      value = output;
    }
    this.#draft.replace(node, ...(nodes as [Node, ...Node[]]));
  }

  #before(node: Node): readonly Step[] {
    const turned = node.op === "Gemm" && intAttribute(node, "transA", 0) !== 0;
    return turned ? [step("Transpose", (x) => [x], { perm: attribute.ints([1, 0]) })] : [];
  }

  /** alpha * product + beta * C. */
  #behind(node: Node): readonly Step[] {
    if (node.op !== "Gemm") return [];
    const [alpha, beta] = [floatAttribute(node, "alpha", 1), floatAttribute(node, "beta", 1)];
    const addend = node.inputs[2] ?? "";
    const steps: Step[] = [];
    if (alpha !== 1) steps.push(step("Mul", (x) => [x, this.#scalar(`${node.name}_alpha`, alpha)]));
    if (addend !== "" && beta !== 0) steps.push(step("Add", (x) => [x, this.#times(node, addend, beta)]));
    return steps;
  }

  #times(node: Node, addend: string, beta: number): string {
    if (beta === 1) return addend;
    const output = this.#draft.fresh(`${node.name}_beta_C`);
    const scaled = nodeOf("Mul", output, [addend, this.#scalar(`${node.name}_beta`, beta)], [output]);
    this.#draft.insertBefore(node, scaled);
    return output;
  }

  #scalar(wish: string, value: number): string {
    return this.#constant(wish, sourceOf(float32([], [value])));
  }

  /** A look-up in packed rows. */
  #table(node: Node, name: string, spec: GroupsSpec): void {
    const stored = this.#store(node, name, spec);
    const { source } = this.#lookup(name)!;
    const [codes, ...rest] = namesOf(stored);
    const attributes = {
      bits: attribute.int(spec.bits),
      block_size: attribute.int(blockSizeOf(spec, source.shape[1]!)),
      gather_axis: attribute.int(0),
      quantize_axis: attribute.int(1),
    };
    const inputs = [codes!, node.inputs[1]!, ...rest];
    this.#draft.replace(node, nodeOf("GatherBlockQuantized", node.name, inputs, node.outputs, attributes, MICROSOFT));
  }

  /** The float operator stays, and reads its weight through a DequantizeLinear. */
  #dequantize(node: Node, name: string, spec: GroupsSpec): void {
    const stored = this.#store(node, name, spec);
    let value = this.#dequantized.get(stored.codes);
    if (value === undefined) {
      value = this.#draft.fresh(`${name}_dequantized`);
      const attributes = {
        axis: attribute.int(isInputMajor(node) ? 0 : 1),
        block_size: attribute.int(spec.groupSize),
      };
      this.#draft.prepend(nodeOf("DequantizeLinear", value, namesOf(stored), [value], attributes));
      this.#dequantized.set(stored.codes, value);
    }
    this.#draft.update(node, { inputs: node.inputs.with(1, value) });
  }

  /** Stores the weight of a node (`isTurned`: by its outputs), or finds that its codes are there already, maybe under another shape. */
  #store(node: Node, name: string, spec: GroupsSpec, isTurned = false): StoredNames {
    const job = codingJobOf(node, name, this.#lookup(name)!, spec, this.#context);
    const { form, matrix } = job;
    const known = this.#stored.get(matrix.source) ?? new Map<string, StoredNames>();
    this.#stored.set(matrix.source, known);
    // Equal bytes: of a table and of a product whose rows are whole blocks.
    const key = JSON.stringify([spec, matrix.inputMajor, byteCount(form)]);
    const twin = known.get(key);
    if (twin) return { ...twin, codes: this.#reshaped(twin, form) };
    const coded = this.#context.coded.get(node.name);
    const sources = coded ? sourcesOf(job, coded) : this.#context.bench.sources(job);
    const names = {
      codes: this.#constant(`${name}_Q${spec.bits}`, sources.codes, this.#codesOrigin(name, sources.codes, isTurned)),
      scales: this.#constant(`${name}_scales`, sources.scales),
      ...(sources.zeroPoints && { zeroPoints: this.#constant(`${name}_zero_points`, sources.zeroPoints) }),
      form,
      matrix,
    };
    known.set(key, names);
    return names;
  }

  /** A tied weight is stored once; runtimes fold the Reshape when they load the model. */
  #reshaped({ codes, form }: StoredNames, { codes: { shape } }: StoredForm): string {
    if (shape.join() === form.codes.shape.join()) return codes;
    const output = this.#draft.fresh(`${codes}_as_rows`);
    const target = this.#constant(`${codes}_shape`, sourceOf(int64([shape.length], shape)));
    this.#draft.prepend(nodeOf("Reshape", output, [codes, target], [output]));
    return output;
  }

  #constant(wish: string, source: TensorSource, origin: Origin = made): string {
    const name = this.#draft.fresh(wish);
    this.#draft.setWeight(name, { source, origin });
    return name;
  }

  /** Where codes came from: a matrix of [inputs, outputs] is stored by its outputs. */
  #codesOrigin(name: string, { dtype }: TensorSource, isTurned: boolean): Origin {
    const { source, origin } = this.#lookup(name)!;
    const turn = isTurned ? [{ kind: "transpose", permutation: [1, 0] } as const] : [];
    return extend(origin, { kind: "cast", from: source.dtype, to: dtype }, ...turn);
  }
}

function byteCount({ codes: { shape } }: StoredForm): number {
  return shape.reduce((a, b) => a * b, 1);
}

function namesOf({ codes, scales, zeroPoints }: StoredNames): readonly string[] {
  return [codes, scales, ...(zeroPoints === undefined ? [] : [zeroPoints])];
}

/** A node to be, given the value that it works on. */
interface Step extends Pick<Node, "op" | "domain" | "attributes"> {
  inputs(value: string): readonly string[];
}

function step(
  op: string,
  inputs: Step["inputs"],
  attributes: Readonly<Record<string, Attribute>> = {},
  domain = "",
): Step {
  return { op, domain, attributes, inputs };
}

const QUANT_TYPES = { fp4: 0, nf4: 1 } as const;

function productNode(stored: StoredNames, spec: GroupsSpec, accuracyLevel: number | undefined): Step {
  const { matrix } = stored;
  const shared = { K: attribute.int(matrix.inputs), N: attribute.int(matrix.outputs) };
  const inputs = (x: string): readonly string[] => [x, ...namesOf(stored)];
  if (spec.codebook !== "integer") {
    const own = {
      block_size: attribute.int(spec.groupSize),
      quant_type: attribute.int(QUANT_TYPES[spec.codebook]),
    };
    return step("MatMulBnb4", inputs, { ...shared, ...own }, MICROSOFT);
  }
  const own = {
    bits: attribute.int(spec.bits),
    block_size: attribute.int(blockSizeOf(spec, matrix.inputs)),
    ...(accuracyLevel !== undefined && { accuracy_level: attribute.int(accuracyLevel) }),
  };
  return step("MatMulNBits", inputs, { ...shared, ...own }, MICROSOFT);
}
