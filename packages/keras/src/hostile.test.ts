// Files that are broken or made to do harm: every one of them ends in an error that says what is wrong.

import { readFileSync } from "node:fs";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isTersorError, seededRandom } from "@tersor/core";
import { zipSync } from "fflate";
import * as h5wasm from "h5wasm/node";
import { afterAll, describe, expect, it } from "vitest";
import { kerasAdapter } from "./adapter.ts";
import { defineLayer } from "./layers/layer.ts";
import { readKeras, type ReadKerasOptions } from "./read/read.ts";
import { difference, run, Scratch, storedRun } from "./test-support/fixtures.ts";
import { unzip } from "./store/zip.ts";

const scratch = new Scratch();
afterAll(() => scratch.remove());

/** The code of the error that reading ends in, and what it says. */
async function refusal(path: string, options?: ReadKerasOptions): Promise<{ code: string; message: string }> {
  try {
    await readKeras(path, options);
  } catch (error) {
    if (isTersorError(error)) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: "none", message: "" };
}

/** An .h5 file with this configuration and these weights. */
async function h5(name: string, config: unknown, weights: Readonly<Record<string, readonly number[]>> = {}) {
  await h5wasm.ready;
  const path = scratch.file(name);
  const file = new h5wasm.File(path, "w");
  file.create_attribute("model_config", typeof config === "string" ? config : JSON.stringify(config));
  file.create_group("model_weights");
  for (const [layer, shape] of Object.entries(weights)) {
    const group = file.create_group(`model_weights/${layer}`);
    group.create_attribute("weight_names", ["kernel:0"]);
    const count = shape.reduce((product, size) => product * size, 1);
    file.create_dataset({ name: `model_weights/${layer}/kernel:0`, data: new Float32Array(count), shape: [...shape] });
  }
  file.close();
  return path;
}

const input = (name = "x", shape: readonly (number | null)[] = [null, 3]): unknown => ({
  class_name: "InputLayer",
  name,
  config: { name, batch_input_shape: shape },
  inbound_nodes: [],
});
const dense = (name: string, from: string, config: object = {}): unknown => ({
  class_name: "Dense",
  name,
  config: { name, units: 2, use_bias: false, ...config },
  inbound_nodes: [[[from, 0, 0, {}]]],
});
const functional = (layers: readonly unknown[], output: string): unknown => ({
  class_name: "Functional",
  config: { name: "m", layers, input_layers: [["x", 0, 0]], output_layers: [[output, 0, 0]] },
});

describe("configurations", () => {
  it.each([
    ["no JSON", "{", "KERAS_CONFIG_JSON"],
    ["a list", "[]", "KERAS_CONFIG_JSON"],
    ["nothing of a model", "{}", "KERAS_CONFIG_FIELD"],
    ["a class of the user's", { class_name: "MyModel", config: {} }, "KERAS_UNSUPPORTED"],
    ["a model without outputs", { class_name: "Functional", config: { layers: [] } }, "KERAS_CONFIG_FIELD"],
    ["layers in a circle", functional([input(), dense("a", "b"), dense("b", "a")], "b"), "KERAS_CALLS"],
    ["a layer fed by none", functional([input(), dense("a", "nowhere")], "a"), "KERAS_CALLS"],
    ["an output of none", functional([input()], "a"), "KERAS_CONFIG_FIELD"],
    ["a unit count that is none", functional([input(), dense("a", "x", { units: -2 })], "a"), "KERAS_CONFIG_FIELD"],
    [
      "a name of an object's own",
      functional([input(), dense("a", "x", { units: "constructor" })], "a"),
      "KERAS_CONFIG_FIELD",
    ],
    ["a weight that is missing", functional([input(), dense("a", "x")], "a"), "KERAS_WEIGHT_MISSING"],
    ["a weight of another shape", functional([input(), dense("k", "x")], "k"), "KERAS_WEIGHT_SHAPE"],
  ])("%s", async (name, config, code) => {
    expect((await refusal(await h5(`${name}.h5`, config, { k: [5, 7] }))).code).toBe(code);
  });

  it("models inside one another without end", async () => {
    let inner: unknown = { class_name: "Sequential", config: { name: "s", layers: [] } };
    for (let depth = 0; depth < 500; depth++)
      inner = { class_name: "Sequential", config: { name: `s${depth}`, layers: [inner] } };
    const outer = { class_name: "Sequential", config: { name: "outer", layers: [input(), inner] } };
    expect((await refusal(await h5("deep.h5", outer))).code).toBe("KERAS_UNSUPPORTED");
  });

  it("a chain of very many layers is read without running out of stack", async () => {
    const names = Array.from({ length: 5000 }, (_, i) => `d${i}`);
    const layers = names.map((name, i) => ({
      class_name: "Dropout",
      name,
      config: { name },
      inbound_nodes: [[[i === 0 ? "x" : names[i - 1]!, 0, 0, {}]]],
    }));
    const graph = await readKeras(await h5("long.h5", functional([...layers.toReversed(), input()], names.at(-1)!)));
    expect(graph.outputs.length).toBe(1);
  });

  it("names every layer that can't be converted, and runs no code", async () => {
    const lambda = {
      class_name: "Lambda",
      name: "code",
      config: { function: ["4wEAAAA", null, null] },
      inbound_nodes: [[["x", 0, 0, {}]]],
    };
    const odd = { class_name: "Own>Odd", name: "odd", config: {}, inbound_nodes: [[["x", 0, 0, {}]]] };
    const config = functional([input(), lambda, odd], "odd");
    const { code, message } = await refusal(await h5("unsupported.h5", config));
    expect(code).toBe("KERAS_UNSUPPORTED");
    expect(message).toMatch(/2 layers.*"code" \(Lambda\): it is Python code.*"odd" \(Odd\): no rule/s);
  });
});

it("a layer of one's own is converted by its rule", async () => {
  const own = { class_name: "Own>Twice", name: "twice", config: { factor: 2 }, inbound_nodes: [[["x", 0, 0, {}]]] };
  const twice = defineLayer({
    classes: ["Twice"],
    convert: ({ to, x, config }) => to.add("Mul", [x, to.constant("float32", [], [config.number("factor")])]),
  });
  const graph = await readKeras(await h5("own.h5", functional([input(), own], "twice")), { layers: [twice] });
  const [y] = await run(graph, { x: { dtype: "float32", shape: [1, 3], data: Float32Array.of(1, 2, 3) } });
  expect([...(y!.data as Float32Array)]).toEqual([2, 4, 6]);
});

it("weights without a configuration are read with one", async () => {
  const path = scratch.fixture("weights-only.h5");
  expect((await refusal(path)).code).toBe("KERAS_WEIGHTS_ONLY");
  await h5wasm.ready;
  const whole = new h5wasm.File(scratch.fixture("sequential.h5"), "r");
  const config = String(whole.attrs["model_config"]!.value);
  whole.close();
  const graph = await readKeras(path, { config });
  const { feeds, outputs } = await storedRun(scratch, "sequential");
  expect(difference((await run(graph, feeds))[0]!, outputs[0]!)).toBeLessThan(1e-5);
});

describe("HDF5 files", () => {
  it("links to elsewhere are not followed", async () => {
    await h5wasm.ready;
    for (const kind of ["external", "broken"]) {
      const path = await h5(`${kind}-link.h5`, functional([input(), dense("a", "x")], "a"));
      const file = new h5wasm.File(path, "a");
      if (kind === "external") file.create_external_link("/etc/passwd", "/x", "model_weights/a");
      else file.create_soft_link("/nowhere", "model_weights/a");
      file.close();
      expect((await refusal(path)).code).toBe("KERAS_H5_LINK");
    }
  });

  it("groups that contain themselves end", async () => {
    await h5wasm.ready;
    for (const [kind, code] of [
      ["hard", "KERAS_TOO_LARGE"],
      ["soft", "KERAS_H5_BROKEN"],
    ] as const) {
      const path = await h5(`circle-${kind}.h5`, functional([input(), dense("a", "x")], "a"));
      const file = new h5wasm.File(path, "a");
      file[`create_${kind}_link`]("/model_weights", "model_weights/again");
      file.close();
      expect((await refusal(path)).code).toBe(code);
    }
  });

  it("a dataset that claims more than the file holds is not read", async () => {
    await h5wasm.ready;
    const path = await h5("bomb.h5", functional([input(), dense("a", "x")], "a"));
    const file = new h5wasm.File(path, "a");
    const small = { data: new Float32Array(1), shape: [1], maxshape: [null], chunks: [1024] };
    const dataset = file.create_dataset({ name: "model_weights/huge", ...small, compression: "gzip" });
    dataset.resize([2 ** 40]);
    file.close();
    expect((await refusal(path)).code).toBe("KERAS_WEIGHT_TYPE");
  });

  it("damage anywhere ends in an error or in a model, never otherwise", async () => {
    const bytes = readFileSync(scratch.fixture("sequential.h5"));
    const random = seededRandom(11);
    for (let i = 0; i < 60; i++) {
      const damaged = Buffer.from(i % 3 === 0 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes);
      for (let n = 0; n < 8 && damaged.length > 0; n++)
        damaged[Math.floor(random() * Math.min(damaged.length, 12_000))] = Math.floor(random() * 256);
      await refusal(scratch.file("damaged.h5", damaged));
    }
    const { code } = await refusal(scratch.fixture("sequential.h5"));
    expect(code).toBe("none");
  });
});

describe("archives", () => {
  const archive = (files: Record<string, Uint8Array>, name = "made.keras"): string =>
    scratch.file(name, zipSync(files));

  it("what is no archive of Keras is not taken for one", async () => {
    expect(await kerasAdapter.accepts(archive({ "a.txt": new Uint8Array(3) }))).toBe(false);
    expect((await refusal(scratch.file("text.keras", "words"))).code).toBe("KERAS_FORMAT");
    expect((await refusal(scratch.file("absent.keras"))).code).toBe("KERAS_FORMAT");
  });

  it("an entry that unpacks to more than it can is refused before it is unpacked", async () => {
    const whole = zipSync({ "config.json": new Uint8Array(1000), "model.weights.h5": new Uint8Array(1000) });
    const path = scratch.file("bomb.keras");
    const bytes = Buffer.from(whole);
    // The sizes that the directory states: 24 bytes behind its signature.
    for (let at = bytes.indexOf("PK\x01\x02"); at >= 0; at = bytes.indexOf("PK\x01\x02", at + 4))
      bytes.writeUInt32LE(0x7fffffff, at + 24);
    writeFileSync(path, bytes);
    expect((await refusal(path)).code).toBe("KERAS_TOO_LARGE");
  });

  it("entries that escape are never written anywhere", async () => {
    const files = Object.fromEntries(await unzip(scratch.fixture("nested.keras")));
    const path = archive({ ...files, "../../escaped.txt": Buffer.from("out") }, "escape.keras");
    expect((await readKeras(path)).nodes.length).toBeGreaterThan(0);
  });

  it("one bit of a weight that changed is noticed", async () => {
    const files = Object.fromEntries(await unzip(scratch.fixture("nested.keras")));
    const bytes = Buffer.from(zipSync(files, { level: 0 }));
    const weights = Buffer.from(files["model.weights.h5"]!);
    expect((await refusal(scratch.file("whole.keras", bytes))).code).toBe("none");
    bytes[bytes.indexOf(weights) + weights.length - 1]! ^= 1;
    expect((await refusal(scratch.file("flipped.keras", bytes))).code).toBe("KERAS_ZIP_BROKEN");
  });

  it("damage ends in an error or in a model", async () => {
    const bytes = readFileSync(scratch.fixture("nested.keras"));
    const random = seededRandom(5);
    for (let i = 0; i < 30; i++) {
      const damaged = Buffer.from(bytes);
      for (let n = 0; n < 6; n++) damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      await refusal(scratch.file("damaged.keras", damaged));
    }
    expect(
      (await refusal(archive({ "config.json": Buffer.from("{}"), "model.weights.h5": Buffer.from("no") }))).code,
    ).toBe("KERAS_H5_BROKEN");
  });
});

describe("TensorFlow.js models", () => {
  const manifest = (paths: readonly string[], shape: readonly number[] = [3, 2]): unknown => [
    { paths, weights: [{ name: "a/kernel", shape, dtype: "float32" }] },
  ];
  const model = (name: string, weightsManifest: unknown): string => {
    const folder = scratch.file(name);
    mkdirSync(folder, { recursive: true });
    const modelTopology = { model_config: functional([input(), dense("a", "x")], "a") };
    writeFileSync(join(folder, "w.bin"), new Uint8Array(24));
    writeFileSync(join(folder, "model.json"), JSON.stringify({ modelTopology, weightsManifest }));
    return folder;
  };

  it("is read, from its folder and from its model.json", async () => {
    const folder = model("good", manifest(["w.bin"]));
    expect((await readKeras(folder)).nodes.map(({ op }) => op)).toContain("MatMul");
    expect(await kerasAdapter.files?.(folder)).toEqual([join(folder, "model.json"), join(folder, "w.bin")]);
  });

  it.each([
    ["outside", manifest(["../w.bin"]), "TENSORFLOW_SHARD_PATH"],
    ["absolute", manifest(["/etc/passwd"]), "TENSORFLOW_SHARD_PATH"],
    ["short", manifest(["w.bin"], [3, 200]), "TENSORFLOW_SHARD_SIZE"],
    ["broken", [{ paths: 3 }], "TENSORFLOW_MALFORMED"],
    ["twice", [...(manifest(["w.bin"]) as unknown[]), ...(manifest(["w.bin"]) as unknown[])], "KERAS_TFJS_BROKEN"],
  ])("%s", async (name, weightsManifest, code) => {
    expect((await refusal(model(name, weightsManifest))).code).toBe(code);
  });

  it("weights through a link out of the folder are not read", async () => {
    const folder = model("linked", manifest(["link.bin"]));
    symlinkSync("/etc/passwd", join(folder, "link.bin"));
    expect((await refusal(folder)).code).toBe("TENSORFLOW_SHARD_PATH");
  });
});
