// What the user decides: rules by operator type, node name and tensor. The last rule that matches wins, field by field.

import { TersorError, type Node } from "@tersor/core";
import { unmatchedRule } from "../errors.ts";

/** What is decided of an operator in integers. */
export interface Choice {
  /** "float" leaves the operator as it is; "int8" undoes an earlier "float". */
  readonly precision?: "float" | "int8";
  readonly granularity?: "per-channel" | "per-tensor";
  readonly weightType?: "int8" | "uint8";
  readonly activationType?: "uint8" | "int8" | "uint16" | "int16";
  readonly activationScheme?: "asymmetric" | "symmetric";
  readonly calibrator?: string;
  readonly reduceRange?: boolean;
}

/** What is decided of an operator whose weight becomes few-bit codes (weight-only). */
export interface GroupsChoice {
  readonly algorithm?: string;
  readonly bits?: 2 | 4 | 8;
  /** Neighbouring inputs that share a scale, or "channel" for all of them. */
  readonly groupSize?: number | "channel";
  readonly scheme?: "asymmetric" | "symmetric" | "full-range";
  readonly codebook?: "integer" | "nf4" | "fp4";
}

/** One rule; what it does not say stays as it was. A pattern's "*" matches any run of characters, slashes too. */
export interface Rule extends Choice, GroupsChoice {
  /** ONNX operator type, or a pattern. */
  readonly op?: string;
  /** Node name, or a pattern. */
  readonly name?: string;
  /** Name of an activation or weight the node reads, or a pattern. */
  readonly tensor?: string;
}

/** Whether a pattern in which "*" matches any run of characters matches the whole text. */
export function matchesPattern(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  if (parts.length === 1) return pattern === text;
  const [first, last] = [parts[0]!, parts.at(-1)!];
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= text.length - last.length;
}

/** Answers what the rules say of a node, and remembers which rules ever matched. */
export class RuleBook<Decided extends Choice | (GroupsChoice & Pick<Choice, "precision">) = Choice> {
  readonly #rules: readonly Rule[];
  readonly #matched = new Set<Rule>();
  readonly #defaults: Decided;

  constructor(rules: readonly Rule[], defaults: Decided) {
    this.#rules = rules;
    this.#defaults = defaults;
  }

  choose(node: Node): Decided {
    let choice = this.#defaults;
    for (const rule of this.#rules) {
      if (!applies(rule, node)) continue;
      this.#matched.add(rule);
      const says = sayingsOf(rule);
      choice = { ...choice, ...says };
    }
    return choice;
  }

  /** @throws QUANTIZE_RULE_MATCHES_NOTHING for the first rule that matched no node. */
  assertAllMatched(): void {
    for (const rule of this.#rules) if (!this.#matched.has(rule)) throw unmatchedRule(JSON.stringify(rule));
  }
}

function applies({ op, name, tensor }: Rule, node: Node): boolean {
  if (op === undefined && name === undefined && tensor === undefined) {
    throw new TersorError("QUANTIZE_RULE_EMPTY", "A rule needs one of op, name or tensor to say what it is about.");
  }
  return (
    (op === undefined || matchesPattern(op, node.op)) &&
    (name === undefined || matchesPattern(name, node.name)) &&
    (tensor === undefined || [...node.inputs, ...node.outputs].some((value) => matchesPattern(tensor, value)))
  );
}

function sayingsOf(rule: Rule): Partial<Rule> {
  return Object.fromEntries(Object.entries(rule).filter(([key]) => key !== "op" && key !== "name" && key !== "tensor"));
}
