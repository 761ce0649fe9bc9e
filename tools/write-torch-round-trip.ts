// Writes weight files for tools/check-torch-round-trip.py to open with PyTorch: copies of the fixtures in both formats,
// archives with changed tensors, and compressed models beside the ONNX files they came from.
//   node --import tsx --conditions=@tersor/source tools/write-torch-round-trip.ts <new folder>

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { elementCount, sourceOf, tensorFromNumbers, type TensorSource } from "@tersor/core";
import { readTensors, readTorch, writeBack, writeSafetensors, writeStateDict } from "@tersor/torchscript";
import { quantize } from "tersor";

const fixtures = fileURLToPath(new URL("../packages/torchscript/fixtures/", import.meta.url));
const folder = process.argv[2] ?? "round-trip";
mkdirSync(folder, { recursive: true });

const files = [
  "net.pt",
  "views.pt",
  "types.pt",
  "checkpoint.pth",
  "scripted.pt",
  "net.safetensors",
  "types.safetensors",
];
for (const name of files) {
  const { tensors } = readTensors(join(fixtures, name));
  await writeStateDict(tensors, join(folder, `${name}.copy.pt`), { force: true });
  await writeSafetensors(tensors, join(folder, `${name}.copy.safetensors`), new Map([["from", name]]), { force: true });
}

/** Every element of every float tensor is its index, counted from 1. */
for (const name of ["net.pt", "views.pt", "checkpoint.pth", "scripted.pt", "net.safetensors"]) {
  const source = readTensors(join(fixtures, name));
  const pairing = new Map(
    Array.from(
      source.tensors.keys(),
      (key) => [key, { kind: "paired", weights: [{ weight: key, steps: [], by: "name", confidence: 1 }] }] as const,
    ),
  );
  const counted = ({ dtype, shape }: TensorSource) =>
    sourceOf(
      tensorFromNumbers(
        dtype,
        shape,
        Array.from({ length: elementCount(shape) }, (_, index) => index + 1),
      ),
    );
  const weights = new Map(
    [...source.tensors]
      .filter(([, { dtype }]) => dtype === "float32")
      .map(([key, one]) => [key, { source: counted(one), origin: { kind: "dropped", why: "" } as const }]),
  );
  const graph = {
    name: "",
    inputs: [],
    outputs: [],
    nodes: [],
    weights,
    types: new Map(),
    opsets: new Map(),
    functions: [],
    metadata: new Map(),
  };
  await writeBack(graph, pairing, source, join(folder, `counted-${name}`), { force: true });
}

const settings = {
  dynamic: { mode: "dynamic" },
  "weight-only": { mode: "weight-only", bits: 4, groupSize: 16 },
  "weight-only-qdq": { mode: "weight-only", bits: 8, groupSize: 16, format: "qdq" },
} as const;
for (const model of ["conv-torchscript", "conv-dynamo", "text-torchscript", "text-dynamo"]) {
  const source = join(fixtures, "exported", model);
  const ending = model.endsWith("dynamo") ? "safetensors" : "pt";
  for (const [name, options] of Object.entries(settings)) {
    for (const end of ["onnx", ending])
      await quantize(source, {
        ...options,
        output: join(folder, `${model}.${name}.${end}`),
        force: true,
        check: "none",
      });
  }
  const { graph, pairing, parameters } = await readTorch(source);
  const back = await writeBack(graph, pairing, parameters, join(folder, `${model}.same.${ending}`), { force: true });
  if (back.changed.some((one) => !/^(bn|conv)/.test(one)))
    throw new RangeError(`${model}: ${back.changed.join(", ")} changed`);
}
