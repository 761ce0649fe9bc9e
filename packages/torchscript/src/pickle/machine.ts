// A machine for pickles that builds data and does nothing else (PEP 307, PEP 3154; opcodes in pickletools.py).
// Names outside a closed list are refused when they are met, before anything could be made of them; there is no way
// to reach code. Steps are bounded, and with them stack, memo and values; what calls copy is counted apart.

import { isTersorError } from "@tersor/core";
import { pickleForbidden, pickleInvalid } from "../errors.ts";
import { BadPickle, call, resolve, storageOf } from "./globals.ts";
import { opcodes, refusedOpcodes } from "./opcodes.ts";
import { PickleReader } from "./reader.ts";
import {
  PickleDict,
  PickleFloat,
  PickleGlobal,
  PickleList,
  PickleObject,
  PickleSet,
  PickleTuple,
  type PickleValue,
} from "./values.ts";

/** Above what a state dict of 100,000 tensors takes. */
const MOST_STEPS = 4_000_000;
const MOST_COPIED = 4_000_000;

/**
 * Runs a pickle and gives what it builds.
 * @throws TORCH_PICKLE_FORBIDDEN for a name or opcode that could run code; TORCH_PICKLE_INVALID for damaged bytes.
 */
export function unpickle(bytes: Uint8Array, file: string): PickleValue {
  return new Machine(bytes, file).run();
}

class Machine {
  readonly #reader: PickleReader;
  readonly #file: string;
  #stack: PickleValue[] = [];
  readonly #marks: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  #copied = 0;

  constructor(bytes: Uint8Array, file: string) {
    this.#reader = new PickleReader(bytes);
    this.#file = file;
  }

  run(): PickleValue {
    try {
      for (let steps = 0; steps < MOST_STEPS; steps++) {
        const code = this.#reader.uint8();
        if (code === opcodes.STOP) return this.pop();
        this.#step(code);
      }
      throw new BadPickle(`more than ${MOST_STEPS} steps`);
    } catch (error) {
      if (isTersorError(error) || !(error instanceof BadPickle)) throw error;
      throw pickleInvalid({ file: this.#file, offset: this.#reader.at, why: error.message });
    }
  }

  #step(code: number): void {
    const action = actions.get(code);
    if (action) return action(this, this.#reader);
    const refused = refusedOpcodes.get(code);
    if (refused !== undefined) throw this.forbidden(`the opcode ${refused}`);
    throw new BadPickle(`the byte ${code} is no opcode`);
  }

  forbidden(what: string) {
    return pickleForbidden({ file: this.#file, what, offset: this.#reader.at });
  }

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  pop(): PickleValue {
    const value = this.#stack.pop();
    if (value === undefined) throw new BadPickle("a value is missing on the stack");
    return value;
  }

  top(): PickleValue {
    const value = this.#stack.at(-1);
    if (value === undefined) throw new BadPickle("a value is missing on the stack");
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack);
    this.#stack = [];
  }

  /** The values above the last mark. */
  popToMark(): readonly PickleValue[] {
    const values = this.#stack;
    const below = this.#marks.pop();
    if (!below) throw new BadPickle("a mark is missing on the stack");
    this.#stack = below;
    return values;
  }

  /** POP takes a mark away where nothing is above it. */
  discard(): void {
    if (this.#stack.length === 0 && this.#marks.length > 0) this.popToMark();
    else this.pop();
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  memoize(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw new BadPickle(`nothing was remembered under ${index}`);
    this.push(value);
  }

  /** A name of the closed list; all others end the reading here. */
  pushGlobal(module: string, name: string): void {
    const global = resolve(module, name);
    if (!global) throw this.forbidden(`the name "${module}.${name}"`);
    this.push(global);
  }

  /** function and arguments → what the call builds. */
  reduce(): void {
    const args = this.pop();
    const called = this.pop();
    if (!(args instanceof PickleTuple)) throw new BadPickle("a call without a tuple of arguments");
    if (!(called instanceof PickleGlobal)) throw this.forbidden("a call of something that is no name");
    const made = call(called, args.items, this.#spend);
    if (made === undefined) throw this.forbidden(`a call of "${called.module}.${called.name}"`);
    this.push(made);
  }

  readonly #spend = (items: number): void => {
    this.#copied += items;
    if (this.#copied > MOST_COPIED) throw new BadPickle(`more than ${MOST_COPIED} copied items`);
  };

  /** The state of an object: attributes of modules and dicts. */
  build(): void {
    const state = this.pop();
    const object = this.top();
    if (object instanceof PickleObject) setAttributes(object, state);
    else if (object instanceof PickleDict && object.kind === "OrderedDict") object.state = state;
    else throw this.forbidden("BUILD on something that has no state");
  }
}

type Action = (machine: Machine, reader: PickleReader) => void;

const actions: ReadonlyMap<number, Action> = new Map<number, Action>([
  [opcodes.PROTO, (_, reader) => checkProtocol(reader.uint8())],
  [opcodes.FRAME, (_, reader) => void reader.uint64()],
  [opcodes.MARK, (machine) => machine.mark()],
  [opcodes.POP, (machine) => machine.discard()],
  [opcodes.POP_MARK, (machine) => void machine.popToMark()],
  [opcodes.DUP, (machine) => machine.push(machine.top())],
  [opcodes.NONE, (machine) => machine.push(null)],
  [opcodes.NEWTRUE, (machine) => machine.push(true)],
  [opcodes.NEWFALSE, (machine) => machine.push(false)],
  [opcodes.INT, (machine, reader) => machine.push(lineInteger(reader.line()))],
  [opcodes.LONG, (machine, reader) => machine.push(lineInteger(reader.line().replace(/L$/, "")))],
  [opcodes.BININT, (machine, reader) => machine.push(BigInt(reader.int32()))],
  [opcodes.BININT1, (machine, reader) => machine.push(BigInt(reader.uint8()))],
  [opcodes.BININT2, (machine, reader) => machine.push(BigInt(reader.uint16()))],
  [opcodes.LONG1, (machine, reader) => machine.push(reader.integer(reader.uint8()))],
  [opcodes.LONG4, (machine, reader) => machine.push(reader.integer(reader.int32()))],
  [opcodes.FLOAT, (machine, reader) => machine.push(new PickleFloat(Number(reader.line())))],
  [opcodes.BINFLOAT, (machine, reader) => machine.push(new PickleFloat(reader.float64()))],
  [opcodes.STRING, (machine, reader) => machine.push(quoted(reader.line()))],
  [opcodes.BINSTRING, (machine, reader) => machine.push(reader.latin1(reader.int32()))],
  [opcodes.SHORT_BINSTRING, (machine, reader) => machine.push(reader.latin1(reader.uint8()))],
  [opcodes.UNICODE, (machine, reader) => machine.push(reader.line())],
  [opcodes.BINUNICODE, (machine, reader) => machine.push(reader.text(reader.uint32()))],
  [opcodes.SHORT_BINUNICODE, (machine, reader) => machine.push(reader.text(reader.uint8()))],
  [opcodes.BINUNICODE8, (machine, reader) => machine.push(reader.text(reader.uint64()))],
  [opcodes.BINBYTES, (machine, reader) => machine.push(reader.bytes(reader.uint32()))],
  [opcodes.SHORT_BINBYTES, (machine, reader) => machine.push(reader.bytes(reader.uint8()))],
  [opcodes.BINBYTES8, (machine, reader) => machine.push(reader.bytes(reader.uint64()))],
  [opcodes.BYTEARRAY8, (machine, reader) => machine.push(reader.bytes(reader.uint64()))],
  [opcodes.EMPTY_LIST, (machine) => machine.push(new PickleList())],
  [opcodes.EMPTY_TUPLE, (machine) => machine.push(new PickleTuple([]))],
  [opcodes.EMPTY_DICT, (machine) => machine.push(new PickleDict())],
  [opcodes.EMPTY_SET, (machine) => machine.push(new PickleSet())],
  [opcodes.LIST, (machine) => pushList(machine, machine.popToMark())],
  [opcodes.TUPLE, (machine) => machine.push(new PickleTuple(machine.popToMark()))],
  [opcodes.TUPLE1, (machine) => pushTuple(machine, 1)],
  [opcodes.TUPLE2, (machine) => pushTuple(machine, 2)],
  [opcodes.TUPLE3, (machine) => pushTuple(machine, 3)],
  [opcodes.DICT, (machine) => pushDict(machine, machine.popToMark())],
  [opcodes.FROZENSET, (machine) => machine.push(new PickleSet(machine.popToMark(), true))],
  [opcodes.APPEND, (machine) => append(machine, [machine.pop()])],
  [opcodes.APPENDS, (machine) => append(machine, machine.popToMark())],
  [opcodes.ADDITEMS, (machine) => addItems(machine, machine.popToMark())],
  [opcodes.SETITEM, (machine) => setItem(machine)],
  [opcodes.SETITEMS, (machine) => setItems(machine, machine.popToMark())],
  [opcodes.GET, (machine, reader) => machine.recall(Number(reader.line()))],
  [opcodes.BINGET, (machine, reader) => machine.recall(reader.uint8())],
  [opcodes.LONG_BINGET, (machine, reader) => machine.recall(reader.uint32())],
  [opcodes.PUT, (machine, reader) => machine.remember(Number(reader.line()))],
  [opcodes.BINPUT, (machine, reader) => machine.remember(reader.uint8())],
  [opcodes.LONG_BINPUT, (machine, reader) => machine.remember(reader.uint32())],
  [opcodes.MEMOIZE, (machine) => machine.memoize()],
  [opcodes.GLOBAL, (machine, reader) => machine.pushGlobal(reader.line(), reader.line())],
  [opcodes.STACK_GLOBAL, (machine) => stackGlobal(machine)],
  [opcodes.REDUCE, (machine) => machine.reduce()],
  [opcodes.NEWOBJ, (machine) => machine.reduce()],
  [opcodes.BUILD, (machine) => machine.build()],
  [opcodes.BINPERSID, (machine) => machine.push(storageOf(machine.pop()))],
]);

function checkProtocol(version: number): void {
  if (version > 5) throw new BadPickle(`protocol ${version}, which is not known`);
}

/** Protocol 0 writes booleans as the integers 00 and 01. */
function lineInteger(line: string): PickleValue {
  if (line === "00" || line === "01") return line === "01";
  if (!/^[+-]?\d{1,600}$/.test(line)) throw new BadPickle("a line that is no integer");
  return BigInt(line);
}

function quoted(line: string): string {
  const inner = /^(['"])([^\\]*)\1$/.exec(line)?.[2];
  if (inner === undefined) throw new BadPickle("a text that is not quoted, or has escapes in it");
  return inner;
}

function pushTuple(machine: Machine, count: number): void {
  const items = Array.from({ length: count }, () => machine.pop());
  machine.push(new PickleTuple(items.reverse()));
}

function pushList(machine: Machine, items: readonly PickleValue[]): void {
  machine.push(new PickleList());
  append(machine, items);
}

function pushDict(machine: Machine, items: readonly PickleValue[]): void {
  machine.push(new PickleDict());
  setItems(machine, items);
}

function append(machine: Machine, items: readonly PickleValue[]): void {
  const list = machine.top();
  if (!(list instanceof PickleList)) throw new BadPickle("items for a list that is none");
  for (const item of items) list.items.push(item);
}

function addItems(machine: Machine, items: readonly PickleValue[]): void {
  const set = machine.top();
  if (!(set instanceof PickleSet) || set.isFrozen) throw new BadPickle("items for a set that is none");
  for (const item of items) set.items.add(item);
}

function setItem(machine: Machine): void {
  const value = machine.pop();
  const key = machine.pop();
  setItems(machine, [key, value]);
}

function setItems(machine: Machine, items: readonly PickleValue[]): void {
  const dict = machine.top();
  if (!(dict instanceof PickleDict) || items.length % 2 !== 0) throw new BadPickle("items for a dict that is none");
  for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i]!, items[i + 1]!);
}

function stackGlobal(machine: Machine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof module !== "string" || typeof name !== "string") throw new BadPickle("a name that is no text");
  machine.pushGlobal(module, name);
}

/** Classes with a __getstate__ of their own have anything for a state. */
function setAttributes(object: PickleObject, state: PickleValue): void {
  if (!(state instanceof PickleDict)) return void object.attributes.set("state", state);
  for (const [key, value] of state.entries) {
    if (typeof key !== "string") throw new BadPickle("a module with an attribute that has no name");
    object.attributes.set(key, value);
  }
}
