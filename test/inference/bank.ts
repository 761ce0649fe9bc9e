// The bank of architectures: models and their test data, where the environment names its folder (TERSOR_BANK).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tensorFromBytes, type DataType, type Feeds, type Graph, type Tensor } from "@tersor/core";
import { readNamedTensor } from "@tersor/onnx";

const root = process.env["TERSOR_BANK"];
const folder = root === undefined ? undefined : join(root, "arch");
const converted = root === undefined ? undefined : join(root, "tensorflow");

/** Names of the models; none where there is no bank. */
export const bankModels: readonly string[] =
  folder !== undefined && existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(modelFile(name))) : [];

export function modelFile(model: string): string {
  return join(folder ?? "", model, "model.onnx");
}

/** The inputs of both test sets; a file without a name belongs to the graph's input of the same position. */
export function testFeeds(model: string, graph: Graph): readonly Feeds[] {
  return [0, 1].map((set) => feedsIn(join(folder ?? "", model, `test_data_set_${set}`), graph));
}

function feedsIn(path: string, graph: Graph): Feeds {
  const files = readdirSync(path).filter((file) => file.startsWith("input_"));
  return Object.fromEntries(
    files.map((file) => {
      const { name, tensor } = readNamedTensor(readFileSync(join(path, file)), file);
      return [name || graph.inputs[Number(/\d+/.exec(file)?.[0])]!.name, tensor] as const;
    }),
  );
}

/** Names of the converted TensorFlow and Keras models. */
export const convertedModels: readonly string[] =
  converted !== undefined && existsSync(converted)
    ? readdirSync(converted).filter((name) => existsSync(convertedFile(name)))
    : [];

export function convertedFile(model: string): string {
  return join(converted ?? "", model, "reference.onnx");
}

/** The inputs of both sets: files "in0.<name>.npy", where <name> is that of the input up to a colon. */
export function convertedFeeds(model: string, graph: Graph): readonly Feeds[] {
  const path = join(converted ?? "", model);
  return [0, 1].map((set) => {
    const files = readdirSync(path).filter((file) => file.startsWith(`in${set}.`));
    const fed = graph.inputs.filter(({ name }) => !graph.weights.has(name));
    const fileOf = (name: string) => files.find((file) => file.slice(4, -4) === name.split(":")[0]) ?? files[0]!;
    return Object.fromEntries(fed.map(({ name }) => [name, readNpy(join(path, fileOf(name)))]));
  });
}

const npyTypes: Readonly<Record<string, DataType>> = {
  f4: "float32",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  b1: "bool",
};

/** A little-endian array in C order (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html). */
function readNpy(file: string): Tensor {
  const bytes = readFileSync(file);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString("latin1", 10, start);
  const dtype = npyTypes[/'descr': '[<|](\w+)'/.exec(header)?.[1] ?? ""];
  if (dtype === undefined) throw new TypeError(`${file}: ${header}`);
  const shape = [...(/'shape': \(([^)]*)\)/.exec(header)?.[1] ?? "").matchAll(/\d+/g)].map(Number);
  return tensorFromBytes(dtype, shape, bytes.subarray(start));
}
