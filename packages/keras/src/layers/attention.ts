// Attention layers. A masked score gets -1e9 added, as in Keras. https://keras.io/api/layers/attention_layers/

import { attribute } from "@tersor/core";
import { tensorsIn } from "../config/argument.ts";
import { defineLayer, type KerasTensor, type LayerContext, type LayerRule } from "./layer.ts";
import { scalar, unsqueeze } from "./layout.ts";
import { maskAsFloat } from "./merging.ts";

/** Attention layers. */
export const attentionLayers: readonly LayerRule[] = [
  defineLayer({ classes: ["MultiHeadAttention"], passesMask: true, convert: multiHeadAttention }),
  defineLayer({ classes: ["Attention"], passesMask: true, convert: (context) => dotAttention(context) }),
  defineLayer({ classes: ["AdditiveAttention"], passesMask: true, convert: (context) => additiveAttention(context) }),
];

/** More elements of a causal mask than this are not written into a model. */
const MAX_MASK_ELEMENTS = 2 ** 24;

/** A tensor that the layer is called with, by position or by name. */
function operand({ call }: LayerContext, position: number, name: string): KerasTensor | undefined {
  const argument = call.args[position] ?? call.kwargs.get(name);
  return argument && tensorsIn(argument)[0];
}

/** Whether a flag of the call is set. */
function isSet({ call }: LayerContext, name: string): boolean {
  const argument = call.kwargs.get(name);
  return argument?.kind === "value" && argument.value === true;
}

function multiHeadAttention(context: LayerContext): readonly string[] {
  const { to, config, shape, refuse } = context;
  const query = operand(context, 0, "query") ?? refuse("it is called without a query");
  const value = operand(context, 1, "value") ?? refuse("it is called without a value");
  const key = operand(context, 2, "key") ?? value;
  if (shape(query.value).length !== 3 || shape(value.value).length !== 3) refuse("attention over several axes");
  const [heads, depth] = [config.count("num_heads"), config.count("key_dim")];
  const valueDepth = config.count("value_dim", depth);
  const q = projected(context, "query", query.value, heads, depth);
  const scaled = to.add("Mul", [q, scalar(context, 1 / Math.sqrt(depth))]);
  const k = projected(context, "key", key.value, heads, depth);
  const v = projected(context, "value", value.value, heads, valueDepth);
  const scores = to.add("MatMul", [scaled, to.add("Transpose", [k], { perm: attribute.ints([0, 1, 3, 2]) })]);
  const mask = attentionMask(context, query, value, key);
  const weights = softmax(
    context,
    mask === undefined ? scores : masked(context, scores, unsqueeze(context, mask, [1])),
  );
  const mixed = to.add("Transpose", [to.add("MatMul", [weights, v])], { perm: attribute.ints([0, 2, 1, 3]) });
  const output = joined(context, to.add("Reshape", [mixed, to.int64s([0, 0, heads * valueDepth])]), heads, valueDepth);
  return isSet(context, "return_attention_scores") ? [output, weights] : [output];
}

function partOf(context: LayerContext, attribute: string, name: string): LayerContext {
  return context.part([`_${attribute}`, attribute], name);
}

/** [batch, steps, channels] as [batch, heads, steps, depth]. */
function projected(context: LayerContext, name: string, x: string, heads: number, depth: number): string {
  const { to, config, size } = context;
  const channels = size(x, -1);
  const { kernel, bias } = partOf(context, `${name}_dense`, name).variables({
    kernel: [channels, heads, depth],
    ...(config.flag("use_bias", true) && { bias: [heads, depth] }),
  });
  const flat = to.add("MatMul", [x, to.add("Reshape", [kernel, to.int64s([channels, heads * depth])])]);
  const biased =
    bias === undefined ? flat : to.add("Add", [flat, to.add("Reshape", [bias, to.int64s([heads * depth])])]);
  const split = to.add("Reshape", [biased, to.int64s([0, 0, heads, depth])]);
  return to.add("Transpose", [split], { perm: attribute.ints([0, 2, 1, 3]) });
}

/** The heads side by side, multiplied by the last kernel. */
function joined(context: LayerContext, x: string, heads: number, depth: number): string {
  const { to, config, refuse } = context;
  const part = partOf(context, "output_dense", "attention_output");
  const { kernel, bias } = part.variables({
    kernel: [heads, depth, undefined],
    ...(config.flag("use_bias", true) && { bias: [undefined] }),
  });
  const width = to.shape(kernel)?.[2];
  if (typeof width !== "number") return refuse("the size of its output has to be known");
  const product = to.add("MatMul", [x, to.add("Reshape", [kernel, to.int64s([heads * depth, width])])]);
  return bias === undefined ? product : to.add("Add", [product, bias]);
}

/** What may be looked at, bool [batch or 1, queries or 1, values]; undefined where that is everything. */
function attentionMask(
  context: LayerContext,
  query: KerasTensor,
  value: KerasTensor,
  key: KerasTensor,
): string | undefined {
  const { to, shape, refuse } = context;
  const given = operand(context, 3, "attention_mask");
  if (given !== undefined && shape(given.value).length !== 3) refuse("an attention_mask that is not of three axes");
  const masks = [
    given && to.add("Cast", [given.value], { to: attribute.int(9) }),
    query.mask && unsqueeze(context, query.mask, [2]),
    value.mask && unsqueeze(context, value.mask, [1]),
    key.mask && key !== value ? unsqueeze(context, key.mask, [1]) : undefined,
    isSet(context, "use_causal_mask") ? causalMask(context, query.value, value.value) : undefined,
  ].filter((mask) => mask !== undefined);
  return masks.length === 0 ? undefined : masks.reduce((all, mask) => to.add("And", [all, mask]));
}

/** Each step may look at those up to itself. */
function causalMask({ to, size, refuse }: LayerContext, query: string, value: string): string {
  const [rows, columns] = [size(query, 1), size(value, 1)];
  if (rows * columns > MAX_MASK_ELEMENTS) refuse("its causal mask is too large");
  const mask = Uint8Array.from({ length: rows * columns }, (_, i) => (i % columns <= Math.floor(i / columns) ? 1 : 0));
  return to.constant("bool", [1, rows, columns], mask);
}

/** Scores with -1e9 added where the mask does not keep them. */
function masked(context: LayerContext, scores: string, mask: string): string {
  const { to } = context;
  const others = to.add("Sub", [scalar(context, 1), maskAsFloat(context, mask)]);
  return to.add("Add", [scores, to.add("Mul", [others, scalar(context, -1e9)])]);
}

function softmax({ to }: LayerContext, scores: string): string {
  return to.add("Softmax", [scores], { axis: attribute.int(-1) });
}

/** Query, value and key of a layer that is called with a list of them. */
function listed({ inputs, refuse }: LayerContext): { q: KerasTensor; v: KerasTensor; k: KerasTensor } {
  const [q, v, k = v] = inputs;
  return q && v && k ? { q, v, k } : refuse("it is called without query and value");
}

function dotAttention(context: LayerContext): readonly string[] {
  const { to, config, variables, refuse } = context;
  const { q, v, k } = listed(context);
  const mode = config.text("score_mode", "dot");
  const found: Readonly<Record<string, string>> = variables({
    ...(config.flag("use_scale", false) && { scale: [] }),
    ...(mode === "concat" && { concat_score_weight: [] }),
  });
  const scale = (x: string): string => (found["scale"] === undefined ? x : to.add("Mul", [x, found["scale"]]));
  if (mode !== "dot" && mode !== "concat") refuse(`the score_mode "${mode}"`);
  const turned = (): string => to.add("Transpose", [k.value], { perm: attribute.ints([0, 2, 1]) });
  const scores =
    mode === "dot"
      ? scale(to.add("MatMul", [q.value, turned()]))
      : to.add("Mul", [found["concat_score_weight"]!, summedTanh(context, scale(pairs(context, q.value, k.value)))]);
  return attended(context, scores, q, v);
}

function additiveAttention(context: LayerContext): readonly string[] {
  const { to, config, variables, size } = context;
  const { q, v, k } = listed(context);
  const sums = to.add("Tanh", [pairs(context, q.value, k.value)]);
  const scaled = config.flag("use_scale", true)
    ? to.add("Mul", [sums, variables({ scale: [size(v.value, -1)] }).scale])
    : sums;
  return attended(context, summed(context, scaled), q, v);
}

/** Each query added to each key: [batch, queries, keys, channels]. */
function pairs(context: LayerContext, q: string, k: string): string {
  return context.to.add("Add", [unsqueeze(context, q, [2]), unsqueeze(context, k, [1])]);
}

function summedTanh(context: LayerContext, x: string): string {
  return summed(context, context.to.add("Tanh", [x]));
}

function summed({ to }: LayerContext, x: string): string {
  return to.add("ReduceSum", [x, to.int64s([-1])], { keepdims: attribute.int(0) });
}

/** The values weighted by the scores; queries that are masked out give zeros. */
function attended(context: LayerContext, scores: string, q: KerasTensor, v: KerasTensor): readonly string[] {
  const { to, config } = context;
  const isCausal = config.flag("causal", false) || isSet(context, "use_causal_mask");
  const kept = [
    v.mask && unsqueeze(context, v.mask, [1]),
    isCausal ? causalMask(context, q.value, v.value) : undefined,
  ].filter((mask) => mask !== undefined);
  const all = kept.length === 0 ? undefined : kept.reduce((some, mask) => to.add("And", [some, mask]));
  const weights = softmax(context, all === undefined ? scores : masked(context, scores, all));
  const mixed = to.add("MatMul", [weights, v.value]);
  const output =
    q.mask === undefined ? mixed : to.add("Mul", [mixed, unsqueeze(context, maskAsFloat(context, q.mask), [2])]);
  return isSet(context, "return_attention_scores") ? [output, weights] : [output];
}
