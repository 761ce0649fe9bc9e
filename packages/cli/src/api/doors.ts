// The doors of other frameworks: what they read and write is known at once, their packages are loaded when a path is
// theirs to look at. Loading them all would take longer than converting a model.

import type { Adapter } from "@tersor/core";

/** What is known of a door before it is loaded. */
export type DoorOutline = Pick<Adapter, "name" | "formats" | "writes" | "runOnly">;

/** An adapter whose package is loaded when it is asked for anything. */
function lazyAdapter(outline: DoorOutline, load: () => Promise<Adapter>): Adapter {
  return {
    ...outline,
    accepts: async (path) => (await load()).accepts(path),
    read: async (path, options) => (await load()).read(path, options),
    write: async (graph, path, options) => (await load()).write(graph, path, options),
    files: async (path) => (await (await load()).files?.(path)) ?? [path],
    runner: async (path) => (await load()).runner?.(path),
  };
}

const torch: DoorOutline = {
  name: "torchscript",
  formats: [".onnx beside .safetensors, .pt, .pth or .bin", ".safetensors", ".pt", ".pth"],
  writes: [
    { name: "safetensors", ending: ".safetensors" },
    { name: "safetensors-index", ending: ".safetensors.index.json" },
    { name: "pt", ending: ".pt" },
    { name: "pth", ending: ".pth" },
  ],
};

const tensorflow: DoorOutline = {
  name: "tensorflow",
  formats: [".pb", "SavedModel folder", "checkpoint (.meta and .index)", "TensorFlow.js graph model"],
  writes: [
    { name: "pb", ending: ".pb" },
    { name: "tfjs", ending: "/" },
    { name: "saved-model", ending: "/" },
  ],
};

const keras: DoorOutline = {
  name: "keras",
  formats: [".h5", ".hdf5", ".keras", "tfjs layers model"],
  writes: [
    { name: "h5", ending: ".h5" },
    { name: "keras", ending: ".keras" },
    { name: "tfjs-layers", ending: "/" },
  ],
};

const tflite: DoorOutline = {
  name: "tensorflow-lite",
  formats: [".tflite"],
  runOnly: true,
  writes: [{ name: "tflite", ending: ".tflite" }],
};

/** The doors with the adapters they stand for, which a test holds them to. */
export const doors: readonly { readonly outline: DoorOutline; readonly load: () => Promise<Adapter> }[] = [
  { outline: torch, load: async () => (await import("@tersor/torchscript")).torchAdapter },
  { outline: tensorflow, load: async () => (await import("@tersor/tensorflow")).tensorflowAdapter },
  { outline: keras, load: async () => (await import("@tersor/keras")).kerasAdapter },
  { outline: tflite, load: async () => (await import("@tersor/tensorflow")).tfliteAdapter },
];

/** The adapters of all doors. */
export const doorAdapters: readonly Adapter[] = doors.map(({ outline, load }) => lazyAdapter(outline, load));
