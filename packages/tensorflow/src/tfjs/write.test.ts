// Weights as TensorFlow.js stores them. Oracle: TensorFlow.js, which puts stored weights back itself.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bytesOf, float32, numbersOf, sourceOf, tensorFromNumbers, type Tensor } from "@tersor/core";
import "@tensorflow/tfjs-backend-cpu";
import { env, io } from "@tensorflow/tfjs-core";
import { afterAll, describe, expect, it } from "vitest";
import { writeTogether } from "../write/files.ts";
import { readManifest } from "./manifest.ts";
import { quantizedWeight } from "./quantization.ts";
import { weightFiles } from "./write.ts";

// It recommends another backend otherwise.
env().set("PROD", true);
const folder = mkdtempSync(join(tmpdir(), "tersor-tfjs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const wave = (count: number, scale: number, shift: number) =>
  float32(
    [count],
    Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7) * scale + shift),
  );

const tensors: Readonly<Record<string, Tensor>> = {
  small: float32([2, 2], [1, -2, 3, 0.5]),
  around: float32([5, 20], wave(100, 0.3, 0.1).data as Float32Array),
  above: wave(50, 1, 7),
  below: wave(50, 1e-4, -3),
  equal: float32([20], new Float32Array(20).fill(1.25)),
  counts: tensorFromNumbers(
    "int32",
    [20],
    Array.from({ length: 20 }, (_, i) => i - 9),
  ),
  flags: tensorFromNumbers("bool", [3], [1, 0, 1]),
  words: { dtype: "string", shape: [2], data: ["a", "bé"] },
  infinite: float32([16], new Float32Array(16).fill(Infinity)),
};
const weights = Object.entries(tensors).map(([name, tensor]) => ({ name, source: sourceOf(tensor) }));

async function stored(type?: "uint8" | "uint16" | "float16") {
  const { manifest, files } = weightFiles(weights, folder, type);
  await writeTogether(files, { force: true });
  return manifest;
}

/** What TensorFlow.js makes of the files. */
function decoded(manifest: readonly unknown[]) {
  const [group] = manifest as readonly { paths: string[]; weights: io.WeightsManifestEntry[] }[];
  const bytes = Buffer.concat(group!.paths.map((path) => readFileSync(join(folder, path))));
  return io.decodeWeights(new Uint8Array(bytes).buffer, group!.weights);
}

describe.each([undefined, "uint8", "uint16", "float16"] as const)("weights stored as %s", (type) => {
  it("read as TensorFlow.js reads them", async () => {
    const manifest = await stored(type);
    const theirs = decoded(manifest);
    for (const { name, source } of readManifest(manifest, folder, "model.json").weights) {
      if (source.dtype === "string") expect(source.tensor()).toEqual(tensors[name]);
      else
        expect(Array.from(numbersOf(source.tensor())), name).toEqual(
          Array.from(theirs[name]!.dataSync() as Float32Array),
        );
    }
  });

  it("are within half a step of what they were", async () => {
    const { weights: read } = readManifest(await stored(type), folder, "model.json");
    for (const { name, source, stored: how } of read) {
      if (source.dtype === "string" || name === "infinite") continue;
      const was = numbersOf(tensors[name]!);
      const largest = Math.max(...Array.from(was, Math.abs));
      // Where zero gets a code of its own the range moves by up to half a step more.
      const bound = how.kind === "affine" ? how.scale + 1e-6 : how.kind === "float16" ? largest * 2 ** -11 : 0;
      Array.from(numbersOf(source.tensor())).forEach((x, i) =>
        expect(Math.abs(x - was[i]!), name).toBeLessThanOrEqual(bound),
      );
    }
  });
});

it("zero stays zero where a weight has both signs", () => {
  const { codes, stored: how } = quantizedWeight(float32([3], [-0.7, 0, 1.3]), "uint8")!;
  if (how.kind !== "affine") throw new Error("not affine");
  expect(numbersOf(codes)[1]! * how.scale + how.min).toBe(0);
});

it("weights beyond the type's range stay as they are", async () => {
  const { weights: read } = readManifest(await stored("float16"), folder, "model.json");
  expect(read.find(({ name }) => name === "infinite")!.stored).toEqual({ kind: "plain", dtype: "float32" });
});

it("files are cut at four megabytes, weights or not", async () => {
  const big = float32([2_500_000], new Float32Array(2_500_000).fill(0.5));
  const { manifest, files } = weightFiles([{ name: "big", source: sourceOf(big) }], folder);
  const written = await writeTogether(files, { force: true });
  expect(written.map(({ sizeBytes }) => sizeBytes)).toEqual([4_194_304, 4_194_304, 1_611_392]);
  const [weight] = readManifest(manifest, folder, "model.json").weights;
  expect(Buffer.compare(weight!.source.bytes(), bytesOf(big))).toBe(0);
});
