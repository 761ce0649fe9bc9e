// The closed list of names that a pickle may use, and what a call of each builds: data, never behaviour.
// Anything else is refused by name before it means anything. The list is a part of the one that
// torch.load(weights_only=True) keeps (torch/_weights_only_unpickler.py), with the classes of TorchScript archives.

import { elementCount, type DataType } from "@tersor/core";
import { storageTypes, torchTypes, typeOfStorage, typeOfTorchName } from "./storage-types.ts";
import {
  PickleDict,
  PickleFloat,
  PickleGlobal,
  PickleList,
  PickleObject,
  PickleSet,
  PickleStorage,
  PickleTensor,
  PickleTuple,
  type PickleValue,
} from "./values.ts";

/** PyTorch's own limit. */
const MOST_DIMENSIONS = 64;

/** Thrown inside the unpickler with what is wrong; the machine adds the file and the place. */
export class BadPickle extends Error {}

/** Counts what calls copy, so that a short pickle can't copy without end. */
export type Spend = (items: number) => void;

type Build = (args: readonly PickleValue[], spend: Spend) => PickleValue;

/** What a call builds; null for names that are only values (types, dtypes). */
const allowed: ReadonlyMap<string, Build | null> = new Map<string, Build | null>([
  ["collections.OrderedDict", (args, spend) => dictOf("OrderedDict", args, spend)],
  ["collections.Counter", (args, spend) => dictOf("Counter", args, spend)],
  ["collections.defaultdict", ([factory = null]) => new PickleDict("defaultdict", factory)],
  ...both("set", ([items = null], spend) => new PickleSet(spent(itemsOf(items), spend))),
  ...both("frozenset", ([items = null], spend) => new PickleSet(spent(itemsOf(items), spend), true)),
  ...["dict", "list", "int", "float", "bool", "str"].flatMap((name) => both(name, null)),
  ["_codecs.encode", encodedBytes],
  ["torch.Size", ([items = null]) => new PickleTuple(itemsOf(items), true)],
  ["torch.device", (args) => new PickleGlobal("torch", "device", args)],
  ["torch.serialization._get_layout", (args) => new PickleGlobal("torch.serialization", "_get_layout", args)],
  ["torch._utils._rebuild_tensor", (args) => tensorOf(args)],
  ["torch._utils._rebuild_tensor_v2", (args) => tensorOf(args)],
  ["torch._utils._rebuild_tensor_v3", (args) => tensorOf(args, dtypeOf(args[6]))],
  ["torch._utils._rebuild_parameter", parameterOf],
  ["torch._utils._rebuild_parameter_with_state", parameterOf],
  ["torch._tensor._rebuild_from_type_v2", fromType],
  ["torch.Tensor", null],
  ["torch.nn.parameter.Parameter", null],
  ["torch.storage.UntypedStorage", null],
  ["torch.UntypedStorage", null],
  ...Object.keys(storageTypes).map((name): [string, null] => [`torch.${name}`, null]),
  ...Object.keys(torchTypes).map((name): [string, null] => [`torch.${name}`, null]),
  ...["intlist", "doublelist", "boollist", "tensorlist", "stringlist"].map((kind): [string, Build] => [
    `torch.jit._pickle.build_${kind}`,
    ([items = null]) => items,
  ]),
  ["torch.jit._pickle.restore_type_tag", ([value = null]) => value],
]);

function both(name: string, build: Build | null): [string, Build | null][] {
  return [
    [`__builtin__.${name}`, build],
    [`builtins.${name}`, build],
  ];
}

/** Classes that the code of a TorchScript archive defines: only their attributes are read. */
const SCRIPTED = /^__torch__(\.|$)/;

/** The name as a value, or undefined when it is not on the list. */
export function resolve(module: string, name: string): PickleGlobal | undefined {
  const known = allowed.has(`${module}.${name}`) || SCRIPTED.test(module);
  return known ? new PickleGlobal(module, name) : undefined;
}

/** What a call of a name on the list builds; undefined when the name can't be called. */
export function call(
  { module, name, args: bound }: PickleGlobal,
  args: readonly PickleValue[],
  spend: Spend,
): PickleValue | undefined {
  if (bound !== undefined) return undefined;
  if (SCRIPTED.test(module)) return new PickleObject(`${module}.${name}`);
  return allowed.get(`${module}.${name}`)?.(args, spend);
}

/** A storage from what a pickle says of it: ("storage", class, key, location, number of elements). */
export function storageOf(id: PickleValue): PickleStorage {
  const [tag, type, key, location, count] = id instanceof PickleTuple ? id.items : [];
  const isStorage =
    tag === "storage" && type instanceof PickleGlobal && typeof key === "string" && typeof location === "string";
  if (!isStorage || (typeOfStorage(type.name) === undefined && type.name !== "UntypedStorage"))
    throw new BadPickle("a persistent id is not that of a storage");
  return new PickleStorage(type, key, location, sizeOf(count, "the size of a storage"));
}

function dictOf(kind: "OrderedDict" | "Counter", [from = null]: readonly PickleValue[], spend: Spend): PickleDict {
  const dict = new PickleDict(kind);
  const pairs = from instanceof PickleDict ? [...from.entries] : itemsOf(from).map(pairOf);
  for (const [key, value] of spent(pairs, spend)) dict.entries.set(key, value);
  return dict;
}

function spent<T>(items: readonly T[], spend: Spend): readonly T[] {
  spend(items.length);
  return items;
}

function pairOf(item: PickleValue): [PickleValue, PickleValue] {
  const items = itemsOf(item);
  if (items.length !== 2) throw new BadPickle("a dict is made of something that is no list of pairs");
  return [items[0]!, items[1]!];
}

function itemsOf(value: PickleValue): readonly PickleValue[] {
  if (value === null) return [];
  if (value instanceof PickleList || value instanceof PickleTuple) return value.items;
  throw new BadPickle("a list or tuple is missing where one belongs");
}

/** Protocol 2 writes bytes as text: encode(text, "latin1"). */
function encodedBytes([text, encoding]: readonly PickleValue[], spend: Spend): Uint8Array {
  if (typeof text !== "string" || encoding !== "latin1") throw new BadPickle("encode() of something but latin1 text");
  spend(text.length);
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** (storage, offset, shape, stride, requires_grad, hooks, ...). */
function tensorOf(
  [storage, offset, shape, stride, requiresGrad]: readonly PickleValue[],
  dtype?: DataType,
): PickleTensor {
  if (!(storage instanceof PickleStorage)) throw new BadPickle("a tensor without a storage");
  const sizes = sizesOf(shape, "the shape of a tensor");
  const strides = sizesOf(stride, "the strides of a tensor");
  if (sizes.length !== strides.length) throw new BadPickle("a tensor with more or fewer strides than dimensions");
  const type = dtype ?? typeOfStorage(storage.type.name) ?? "uint8";
  if (!Number.isSafeInteger(elementCount(sizes)))
    throw new BadPickle("a tensor with more elements than any file holds");
  const start = sizeOf(offset, "the offset of a tensor");
  return new PickleTensor({
    storage,
    dtype: type,
    shape: sizes,
    stride: strides,
    offset: start,
    requiresGrad: requiresGrad === true,
    isParameter: false,
  });
}

function parameterOf([tensor, requiresGrad]: readonly PickleValue[]): PickleTensor {
  if (!(tensor instanceof PickleTensor)) throw new BadPickle("a parameter that is no tensor");
  return tensor.asParameter(requiresGrad === true);
}

/** (function, type, args, state): a tensor that has attributes; they are left out. */
function fromType([rebuild, type, args]: readonly PickleValue[], spend: Spend): PickleValue {
  const isPlain = type instanceof PickleGlobal && (type.name === "Tensor" || type.name === "Parameter");
  const builds = rebuild instanceof PickleGlobal && /^_rebuild_(tensor|parameter)/.test(rebuild.name);
  const made = isPlain && builds ? call(rebuild, itemsOf(args ?? null), spend) : undefined;
  if (!(made instanceof PickleTensor)) throw new BadPickle("a tensor of a class of its own");
  return made;
}

function dtypeOf(value: PickleValue | undefined): DataType {
  const dtype = value instanceof PickleGlobal && value.module === "torch" ? typeOfTorchName(value.name) : undefined;
  if (dtype === undefined) throw new BadPickle("a tensor whose element type is no dtype");
  return dtype;
}

function sizesOf(value: PickleValue | undefined, what: string): readonly number[] {
  const sizes = itemsOf(value ?? null);
  if (sizes.length > MOST_DIMENSIONS) throw new BadPickle(`a tensor of ${sizes.length} dimensions`);
  return sizes.map((size) => sizeOf(size, what));
}

function sizeOf(value: PickleValue | undefined, what: string): number {
  if (typeof value === "bigint" && value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
  throw new BadPickle(`${what} is ${value instanceof PickleFloat ? value.value : String(value)}, not a count`);
}
