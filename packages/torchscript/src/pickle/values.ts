// What the unpickler builds: plain data only. Classes exist here because Python's list, tuple and dict must stay
// apart, and because a float that is a whole number must not come back as an integer.

import type { DataType } from "@tersor/core";

/** Anything a state dict can hold. */
export type PickleValue =
  | null
  | boolean
  | bigint
  | string
  | Uint8Array
  | PickleFloat
  | PickleList
  | PickleTuple
  | PickleDict
  | PickleSet
  | PickleGlobal
  | PickleStorage
  | PickleTensor
  | PickleObject;

/** A Python float. Python's int is a bigint here. */
export class PickleFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** A list; it can hold itself. */
export class PickleList {
  readonly items: PickleValue[] = [];
}

/** A tuple, or a torch.Size, which is one. */
export class PickleTuple {
  readonly items: readonly PickleValue[];
  readonly isSize: boolean;

  constructor(items: readonly PickleValue[], isSize = false) {
    this.items = items;
    this.isSize = isSize;
  }
}

/** A dict of one of the kinds that torch.load takes with weights_only. */
export class PickleDict {
  readonly kind: "dict" | "OrderedDict" | "defaultdict" | "Counter";
  readonly entries = new Map<PickleValue, PickleValue>();
  /** Attributes, such as the `_metadata` of a state dict. */
  state: PickleValue = null;
  /** What a defaultdict was made with. */
  readonly factory: PickleValue;

  constructor(kind: PickleDict["kind"] = "dict", factory: PickleValue = null) {
    this.kind = kind;
    this.factory = factory;
  }
}

/** A set or frozenset. */
export class PickleSet {
  readonly items: Set<PickleValue>;
  readonly isFrozen: boolean;

  constructor(items: Iterable<PickleValue> = [], isFrozen = false) {
    this.items = new Set(items);
    this.isFrozen = isFrozen;
  }
}

/** A name of the closed list that may be used, such as `torch.float32`. It is a name and nothing else. */
export class PickleGlobal {
  readonly module: string;
  readonly name: string;
  /** What it was called with, where the result is kept as data: `torch.device("cuda", 0)`. */
  readonly args: readonly PickleValue[] | undefined;

  constructor(module: string, name: string, args?: readonly PickleValue[]) {
    this.module = module;
    this.name = name;
    this.args = args;
  }
}

/** A storage: the bytes of one or more tensors, an entry of the archive. */
export class PickleStorage {
  /** Name of the storage's class: `FloatStorage`, or `UntypedStorage`. */
  readonly type: PickleGlobal;
  /** Name of the entry with its bytes. */
  readonly key: string;
  /** The device it was saved from. */
  readonly location: string;
  /** Number of elements, bytes of an UntypedStorage. */
  readonly count: number;

  constructor(type: PickleGlobal, key: string, location: string, count: number) {
    this.type = type;
    this.key = key;
    this.location = location;
    this.count = count;
  }
}

/** A tensor: a view of a storage. Offset and strides count elements. */
export class PickleTensor {
  readonly storage: PickleStorage;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
  readonly requiresGrad: boolean;
  readonly isParameter: boolean;

  constructor(facts: Omit<PickleTensor, "asParameter">) {
    this.storage = facts.storage;
    this.dtype = facts.dtype;
    this.shape = facts.shape;
    this.stride = facts.stride;
    this.offset = facts.offset;
    this.requiresGrad = facts.requiresGrad;
    this.isParameter = facts.isParameter;
  }

  /** The same tensor as torch.nn.Parameter. */
  asParameter(requiresGrad: boolean): PickleTensor {
    return new PickleTensor({ ...this, requiresGrad, isParameter: true });
  }
}

/** A module of a TorchScript archive: its attributes. Its code is never read. */
export class PickleObject {
  readonly type: string;
  readonly attributes = new Map<string, PickleValue>();

  constructor(type: string) {
    this.type = type;
  }
}
