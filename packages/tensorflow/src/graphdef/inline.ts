// Calls are written out: the function's nodes stand in the place of the call. Functions that While, If and Case call
// stay functions, with the calls inside them written out.

import { functionMissing } from "../errors.ts";
import { functionCycle, nameTwice, tooLarge } from "../read/errors.ts";
import type { DraftNode } from "./draft.ts";
import { bodyOf, inputsOfFunction, type Library } from "./function.ts";
import type { TensorFlowInput } from "./graph.ts";

/** Nodes without calls. */
export interface Level {
  readonly nodes: ReadonlyMap<string, DraftNode>;
  /** The tensor that a reference stands for: outputs of calls are those of nodes inside. */
  resolve(reference: string): string;
}

/** A function that stays one. */
export interface FunctionLevel extends Level {
  readonly name: string;
  readonly inputs: readonly TensorFlowInput[];
  readonly outputs: readonly { readonly name: string; readonly tensor: string }[];
}

const calls = new Set(["PartitionedCall", "StatefulPartitionedCall", "TPUPartitionedCall"]);
/** Operations that run functions under a condition, and the attributes that name them. */
const controlFlow = new Set(["While", "StatelessWhile", "If", "StatelessIf", "Case", "StatelessCase"]);
const functionAttributes = ["cond", "body", "then_branch", "else_branch"] as const;
/** Far above what real models have; functions that call functions twice each would reach it. */
const MOST_NODES = 500_000;
const MOST_DEPTH = 256;

/** Writes out the calls of one model. */
export class Inliner {
  /** The functions that stay, by name. */
  readonly functions = new Map<string, FunctionLevel>();
  readonly #library: Library;
  readonly #file: string;
  readonly #open: string[] = [];
  #count = 0;

  constructor(library: Library, file: string) {
    this.#library = library;
    this.#file = file;
  }

  /**
   * Nodes with the calls among them written out.
   * @throws TENSORFLOW_FUNCTION_MISSING, TENSORFLOW_FUNCTION_CYCLE, TENSORFLOW_INPUT_MISSING, TENSORFLOW_NAME_TWICE,
   * TENSORFLOW_TOO_LARGE
   */
  level(nodes: Iterable<DraftNode>): Level {
    const written = new Map<string, DraftNode>();
    const aliases = new Map<string, string>();
    this.#write(nodes, written, aliases);
    return { nodes: written, resolve: (reference) => followed(reference, aliases) };
  }

  #write(nodes: Iterable<DraftNode>, written: Map<string, DraftNode>, aliases: Map<string, string>): void {
    for (const node of nodes) {
      if (++this.#count > MOST_NODES) throw tooLarge({ file: this.#file, what: "nodes", limit: MOST_NODES });
      const called = this.#calledBy(node);
      if (called !== undefined) this.#writeCall(node, called, written, aliases);
      else {
        if (written.has(node.name)) throw nameTwice({ node: node.name });
        written.set(node.name, node);
        if (controlFlow.has(node.op)) this.#keepFunctions(node);
      }
    }
  }

  #calledBy({ op, attributes }: DraftNode): string | undefined {
    if (calls.has(op)) return attributes["f"]?.func?.name ?? "";
    return this.#library.has(op) ? op : undefined;
  }

  #writeCall(node: DraftNode, called: string, written: Map<string, DraftNode>, aliases: Map<string, string>): void {
    const definition = this.#definition(called, node.name);
    const callAttributes = { ...node.attributes, ...node.attributes["f"]?.func?.attr };
    const prefix = `${node.name}/`;
    const body = bodyOf(definition, { library: this.#library, prefix, args: node.inputs, callAttributes });
    this.#within(called, () => this.#write(body.nodes, written, aliases));
    body.outputs.forEach((output, i) => aliases.set(`${node.name}:${i}`, output));
  }

  #keepFunctions({ name, attributes }: DraftNode): void {
    const named = functionAttributes.flatMap((attribute) => attributes[attribute]?.func ?? []);
    const branches = attributes["branches"]?.list?.func ?? [];
    for (const called of [...named, ...branches]) this.#keep(called.name ?? "", name);
  }

  #keep(called: string, caller: string): void {
    if (this.functions.has(called)) return;
    const definition = this.#definition(called, caller);
    const prefix = `${called}/`;
    const inputs = inputsOfFunction(definition, prefix);
    const args = inputs.map(({ tensor }) => tensor);
    const body = bodyOf(definition, { library: this.#library, prefix, args, callAttributes: {} });
    const level = this.#within(called, () => this.level(body.nodes));
    const names = (definition.signature?.outputArg ?? []).map(({ name }) => name ?? "");
    const outputs = names.map((name, i) => ({ name, tensor: body.outputs[i]! }));
    this.functions.set(called, { ...level, name: called, inputs, outputs });
  }

  #definition(name: string, node: string) {
    const definition = this.#library.get(name);
    if (definition === undefined) throw functionMissing({ function: name, node });
    return definition;
  }

  #within<T>(name: string, work: () => T): T {
    const open = this.#open;
    if (open.includes(name) || open.length >= MOST_DEPTH)
      throw functionCycle({ function: name, calls: [...open.slice(-8), name] });
    open.push(name);
    const result = work();
    open.pop();
    return result;
  }
}

function followed(reference: string, aliases: ReadonlyMap<string, string>): string {
  let at = reference;
  for (let steps = 0; steps <= aliases.size; steps++) {
    const next = aliases.get(at);
    if (next === undefined) return at;
    at = next;
  }
  throw functionCycle({ function: reference, calls: [reference, at] });
}
