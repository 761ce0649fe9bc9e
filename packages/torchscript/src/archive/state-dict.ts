// The tensors of an archive by parameter name: nested dicts and modules become names with dots.

import type { TensorSource } from "@tersor/core";
import { pickleInvalid } from "../errors.ts";
import { PickleDict, PickleList, PickleObject, PickleTensor, PickleTuple, type PickleValue } from "../pickle/values.ts";
import type { TensorFile } from "../tensor-file.ts";
import { TorchArchive } from "./open.ts";

/**
 * Reads the tensors of a `.pt`, `.pth` or `.bin` file that torch.save wrote, or of a TorchScript archive.
 * Of a training checkpoint those of the model are taken ("state_dict", "model_state_dict", "model").
 * Nothing in the file is run: a pickle that asks for anything but data is refused.
 * @throws TORCH_FILE_UNREADABLE, TORCH_NOT_WEIGHTS, TORCH_LEGACY_FORMAT, TORCH_ARCHIVE_INVALID, TORCH_PICKLE_FORBIDDEN,
 *   TORCH_PICKLE_INVALID
 */
export function readStateDict(path: string): TensorFile {
  const archive = new TorchArchive(path);
  const tensors = new Map<string, TensorSource>();
  for (const [name, tensor] of namedTensors(archive)) tensors.set(name, archive.source(tensor));
  if (archive.kind === "torchscript")
    for (const [index, tensor] of constantsOf(archive))
      tensors.set(`CONSTANTS.c${index}`, archive.source(tensor, "constants"));
  return { format: archive.kind, path, tensors, metadata: new Map(), files: [path] };
}

const DEEPEST = 100;
const MOST_VISITED = 2_000_000;
const wrappers = ["state_dict", "model_state_dict", "model", "module", "net"];
/** What stands beside the weights in a checkpoint. */
const beside = /optim|sched|scaler|rng|ema|epoch|step|loss|args|config|version/i;

/** The tensors of the model in an archive, by name. */
export function namedTensors(archive: TorchArchive): ReadonlyMap<string, PickleTensor> {
  return new Walk(archive.path).tensors(stateOf(archive));
}

/** The dict, or module, that holds the weights of the model. */
export function stateOf({ value, path }: TorchArchive): PickleValue {
  if (!(value instanceof PickleDict)) return value;
  for (const key of wrappers) {
    const inner = value.entries.get(key);
    if (inner instanceof PickleDict && !othersHoldTensors(value, key, path)) return inner;
  }
  return value;
}

function othersHoldTensors(dict: PickleDict, wrapper: string, path: string): boolean {
  if (wrapper.endsWith("state_dict")) return false;
  return [...dict.entries].some(
    ([key, value]) => key !== wrapper && !beside.test(String(key)) && new Walk(path).tensors(value).size > 0,
  );
}

/** Constants of TorchScript code, by their index. */
function constantsOf(archive: TorchArchive): readonly (readonly [number, PickleTensor])[] {
  const constants = archive.pickle("constants.pkl");
  const items = constants instanceof PickleTuple ? constants.items : [];
  return items.flatMap((item, index) => (item instanceof PickleTensor ? [[index, item] as const] : []));
}

/** One walk through nested values. They can share parts and go in circles, so depth and steps are bounded. */
class Walk {
  readonly #path: string;
  readonly #tensors = new Map<string, PickleTensor>();
  #visited = 0;

  constructor(path: string) {
    this.#path = path;
  }

  tensors(value: PickleValue): ReadonlyMap<string, PickleTensor> {
    this.#visit("", value, 0);
    return this.#tensors;
  }

  #visit(name: string, value: PickleValue, depth: number): void {
    if (++this.#visited > MOST_VISITED)
      throw this.#invalid(`it has more than ${MOST_VISITED} values one below the other`);
    if (value instanceof PickleTensor) return this.#add(name, value);
    const children = childrenOf(value);
    if (depth >= DEEPEST && children.length > 0)
      throw this.#invalid(`its values are nested deeper than ${DEEPEST} levels`);
    for (const [key, child] of children) this.#visit(name === "" ? key : `${name}.${key}`, child, depth + 1);
  }

  #add(name: string, tensor: PickleTensor): void {
    if (this.#tensors.has(name)) throw this.#invalid(`two tensors have the name "${name}"`);
    this.#tensors.set(name, tensor);
  }

  #invalid(why: string) {
    return pickleInvalid({ file: this.#path, why });
  }
}

function childrenOf(value: PickleValue): readonly (readonly [string, PickleValue])[] {
  if (value instanceof PickleDict)
    return [...value.entries].flatMap(([key, child]) => (isKey(key) ? [[String(key), child] as const] : []));
  if (value instanceof PickleObject) return [...value.attributes];
  if (value instanceof PickleList || value instanceof PickleTuple)
    return value.items.map((item, index) => [String(index), item] as const);
  return [];
}

function isKey(key: PickleValue): key is string | bigint {
  return typeof key === "string" || typeof key === "bigint";
}
