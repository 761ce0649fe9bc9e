// Writes values as a pickle of protocol 2, as torch.save does; torch.load(weights_only=True) reads it back.
// What the machine read, this writes again: containers that are shared or hold themselves stay so.

import { pickleInvalid } from "../errors.ts";
import { opcodes } from "./opcodes.ts";
import { torchNameOfType, typeOfStorage } from "./storage-types.ts";
import {
  PickleDict,
  PickleFloat,
  PickleGlobal,
  PickleList,
  type PickleObject,
  PickleSet,
  PickleStorage,
  PickleTensor,
  PickleTuple,
  type PickleValue,
} from "./values.ts";

/**
 * A value as a pickle, for the archive `file`. Modules of TorchScript are not written: their code would be missing.
 * @throws TORCH_PICKLE_INVALID for those, and for values nested too deep.
 */
export function pickled(value: PickleValue, file: string): Uint8Array {
  return new PickleWriter(file).write(value);
}

const DEEPEST = 200;

class PickleWriter {
  #bytes = new Uint8Array(1024);
  #size = 0;
  #depth = 0;
  readonly #memo = new Map<PickleValue, number>();
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  write(value: PickleValue): Uint8Array {
    this.#put(opcodes.PROTO, 2);
    this.#value(value);
    this.#put(opcodes.STOP);
    return this.#bytes.subarray(0, this.#size);
  }

  #value(value: PickleValue): void {
    if (value === null) return this.#put(opcodes.NONE);
    if (typeof value === "boolean") return this.#put(value ? opcodes.NEWTRUE : opcodes.NEWFALSE);
    if (typeof value === "bigint") return this.#integer(value);
    if (typeof value === "string") return this.#text(value);
    if (value instanceof PickleFloat) return this.#float(value.value);
    const known = this.#memo.get(value);
    if (known !== undefined) return this.#number(opcodes.LONG_BINGET, known);
    if (++this.#depth > DEEPEST) throw this.#unwritable(`its values are nested deeper than ${DEEPEST} levels`);
    this.#object(value);
    this.#depth--;
  }

  #object(value: Exclude<PickleValue, null | boolean | bigint | string | PickleFloat>): void {
    if (value instanceof Uint8Array) return this.#rawBytes(value);
    if (value instanceof PickleList) return this.#list(value);
    if (value instanceof PickleDict) return this.#dict(value);
    if (value instanceof PickleTuple) return this.#tuple(value);
    if (value instanceof PickleSet) return this.#set(value);
    if (value instanceof PickleGlobal) return this.#global(value);
    if (value instanceof PickleStorage) return this.#storage(value);
    if (value instanceof PickleTensor) return this.#tensor(value);
    this.#module(value);
  }

  /** Archives with modules are changed in their storages only. */
  #module({ type }: PickleObject): never {
    throw this.#unwritable(`the module ${type} can't be written without its code`);
  }

  #unwritable(why: string) {
    return pickleInvalid({ file: this.#file, why });
  }

  #list(list: PickleList): void {
    this.#put(opcodes.EMPTY_LIST);
    this.#remember(list);
    if (list.items.length === 0) return;
    this.#put(opcodes.MARK);
    for (const item of list.items) this.#value(item);
    this.#put(opcodes.APPENDS);
  }

  #dict(dict: PickleDict): void {
    const { kind, entries, state, factory } = dict;
    if (kind === "dict") this.#put(opcodes.EMPTY_DICT);
    else this.#call("collections", kind, kind === "defaultdict" && factory !== null ? [factory] : []);
    this.#remember(dict);
    if (entries.size > 0) {
      this.#put(opcodes.MARK);
      for (const [key, value] of entries) {
        this.#value(key);
        this.#value(value);
      }
      this.#put(opcodes.SETITEMS);
    }
    if (state === null) return;
    this.#value(state);
    this.#put(opcodes.BUILD);
  }

  #tuple(tuple: PickleTuple): void {
    if (tuple.isSize) this.#call("torch", "Size", [new PickleTuple(tuple.items)]);
    else {
      this.#put(opcodes.MARK);
      for (const item of tuple.items) this.#value(item);
      this.#put(opcodes.TUPLE);
    }
    this.#remember(tuple);
  }

  #set({ items, isFrozen }: PickleSet): void {
    const list = new PickleList();
    list.items.push(...items);
    this.#call("__builtin__", isFrozen ? "frozenset" : "set", [list]);
  }

  #global(global: PickleGlobal): void {
    if (global.args) return this.#call(global.module, global.name, global.args);
    this.#name(global.module, global.name);
  }

  #storage(storage: PickleStorage): void {
    const { type, key, location, count } = storage;
    this.#value(new PickleTuple(["storage", type, key, location, BigInt(count)]));
    this.#put(opcodes.BINPERSID);
    this.#remember(storage);
  }

  #tensor(tensor: PickleTensor): void {
    if (tensor.isParameter) {
      const data = new PickleTensor({ ...tensor, isParameter: false });
      this.#call("torch._utils", "_rebuild_parameter", [data, tensor.requiresGrad, new PickleDict("OrderedDict")]);
    } else this.#plainTensor(tensor);
    this.#remember(tensor);
  }

  #plainTensor({ storage, dtype, offset, shape, stride, requiresGrad }: PickleTensor): void {
    const sizes = (values: readonly number[]) => new PickleTuple(values.map(BigInt));
    const view = [storage, BigInt(offset), sizes(shape), sizes(stride), requiresGrad, new PickleDict("OrderedDict")];
    if (typeOfStorage(storage.type.name) === dtype) return this.#call("torch._utils", "_rebuild_tensor_v2", view);
    const type = new PickleGlobal("torch", torchNameOfType(dtype)!);
    this.#call("torch._utils", "_rebuild_tensor_v3", [...view, type]);
  }

  #call(module: string, name: string, args: readonly PickleValue[]): void {
    this.#name(module, name);
    this.#put(opcodes.MARK);
    for (const arg of args) this.#value(arg);
    this.#put(opcodes.TUPLE, opcodes.REDUCE);
  }

  #name(module: string, name: string): void {
    this.#put(opcodes.GLOBAL);
    this.#append(new TextEncoder().encode(`${module}\n${name}\n`));
  }

  #rawBytes(bytes: Uint8Array): void {
    this.#call("_codecs", "encode", [Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""), "latin1"]);
  }

  #text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#number(opcodes.BINUNICODE, bytes.length);
    this.#append(bytes);
  }

  #float(value: number): void {
    const bytes = new Uint8Array(9);
    bytes[0] = opcodes.BINFLOAT;
    new DataView(bytes.buffer).setFloat64(1, value);
    this.#append(bytes);
  }

  #integer(value: bigint): void {
    if (value === BigInt.asIntN(32, value)) return this.#number(opcodes.BININT, Number(value));
    const length = Math.ceil((value < 0n ? -value : value).toString(2).length / 8) + 1;
    const digits = BigInt.asUintN(8 * length, value);
    this.#put(opcodes.LONG1, length);
    this.#put(...Array.from({ length }, (_, index) => Number((digits >> BigInt(8 * index)) & 0xffn)));
  }

  #remember(value: PickleValue): void {
    this.#number(opcodes.LONG_BINPUT, this.#memo.size);
    this.#memo.set(value, this.#memo.size);
  }

  /** An opcode with four bytes of number. */
  #number(code: number, value: number): void {
    const bytes = new Uint8Array(5);
    bytes[0] = code;
    new DataView(bytes.buffer).setInt32(1, value, true);
    this.#append(bytes);
  }

  #put(...bytes: readonly number[]): void {
    this.#append(Uint8Array.from(bytes));
  }

  #append(bytes: Uint8Array): void {
    if (this.#size + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#size + bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }
}
