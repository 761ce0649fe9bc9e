// What an operation is called with: tensors and plain values, by position, by name, or in its configuration.

import { attribute, isFloat, type DataType } from "@tersor/core";
import { tensorsIn, type Argument } from "../config/argument.ts";
import { isList, type Json } from "../config/json.ts";
import type { KerasTensor, LayerContext } from "./layer.ts";

/** The operands of a call of an operation. */
export interface Operands {
  readonly context: LayerContext;
  /** An operand by position or one of its names, as an ONNX value; a number becomes a constant. */
  value(position: number, ...names: readonly string[]): string;
  has(position: number, ...names: readonly string[]): boolean;
  /** A plain value; undefined where it is none, or not there. */
  plain(position: number, ...names: readonly string[]): Json | undefined;
  /** The tensors of an operand that is a list of them. */
  list(position: number, ...names: readonly string[]): readonly string[];
  /** A list of whole numbers; one number stands for a list of that one. */
  integers(position: number, ...names: readonly string[]): readonly number[] | undefined;
}

/** The operands of a call. */
export function operandsOf(context: LayerContext): Operands {
  const { refuse } = context;
  const find = (position: number, names: readonly string[]): Argument<KerasTensor> | undefined => {
    const named = names.map((name) => context.call.kwargs.get(name)).find((item) => item !== undefined);
    return context.call.args[position] ?? named ?? configured(context, names);
  };
  const plain = (position: number, ...names: readonly string[]): Json | undefined => {
    const found = find(position, names);
    return found?.kind === "value" ? (found.value ?? undefined) : plainOf(found);
  };
  return {
    context,
    plain,
    has: (position, ...names) => {
      const found = find(position, names);
      return found !== undefined && !(found.kind === "value" && found.value === null);
    },
    value: (position, ...names) =>
      valueOf(context, find(position, names)) ?? refuse(`it is called without "${names[0] ?? position}"`),
    list: (position, ...names) => {
      const found = find(position, names);
      return found === undefined ? [] : tensorsIn(found).map(({ value }) => value);
    },
    integers: (position, ...names) => {
      const found = plain(position, ...names);
      if (found === undefined) return undefined;
      const items = isList(found) ? found : [found];
      const fits = items.every((item): item is number => typeof item === "number" && Number.isSafeInteger(item));
      return fits ? items : refuse(`its "${names[0] ?? position}" is not known as numbers`);
    },
  };
}

function configured({ config }: LayerContext, names: readonly string[]): Argument<KerasTensor> | undefined {
  const found = names.map((name) => config.value(name)).find((item) => item !== undefined);
  return found === undefined ? undefined : { kind: "value", value: found };
}

/** A record without tensors, such as the slices of getitem, as the JSON it was. */
function plainOf(argument: Argument<KerasTensor> | undefined): Json | undefined {
  if (argument === undefined || tensorsIn(argument).length > 0) return undefined;
  if (argument.kind === "record")
    return Object.fromEntries(Array.from(argument.items, ([name, item]) => [name, plainOrNull(item)]));
  return argument.kind === "list" ? argument.items.map(plainOrNull) : undefined;
}

function plainOrNull(argument: Argument<KerasTensor>): Json {
  return argument.kind === "value" ? argument.value : (plainOf(argument) ?? null);
}

function valueOf(context: LayerContext, argument: Argument<KerasTensor> | undefined): string | undefined {
  if (argument?.kind === "tensor") return argument.tensor.value;
  if (argument?.kind !== "value" || argument.value === null) return undefined;
  const numbers = numbersIn(argument.value);
  return numbers && context.to.constant(dtypeOf(context, numbers.flat), numbers.shape, numbers.flat);
}

/** A number takes the type of the tensors it meets, unless it would be rounded. */
function dtypeOf({ call, to }: LayerContext, numbers: readonly number[]): DataType {
  const tensors = [...call.args, ...call.kwargs.values()].flatMap(tensorsIn);
  const types = tensors.map(({ value }) => to.dtype(value)).filter((type) => type !== undefined && type !== "bool");
  const [type = "float32"] = types;
  return isFloat(type) || numbers.every(Number.isInteger) ? type : "float32";
}

function numbersIn(value: Json): { readonly flat: readonly number[]; readonly shape: readonly number[] } | undefined {
  if (typeof value === "number") return { flat: [value], shape: [] };
  if (!isList(value) || value.length === 0) return undefined;
  const parts = value.map(numbersIn);
  const shape = parts[0]?.shape;
  if (shape === undefined || parts.some((part) => part?.shape.join() !== shape.join())) return undefined;
  return { flat: parts.flatMap((part) => part!.flat), shape: [value.length, ...shape] };
}

/** A value in another type. */
export function castTo({ to }: LayerContext, x: string, code: number): string {
  return to.add("Cast", [x], { to: attribute.int(code) });
}
