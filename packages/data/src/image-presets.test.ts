// Oracle: PIL and numpy (fixtures/make_presets.py), and configurations as transformers writes them.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { numbersOf, type Tensor } from "@tersor/core";
import { describe, expect, it } from "vitest";
import { imagePreprocessings } from "./image-presets.ts";
import { images } from "./images.ts";
import { resolvePreprocessing, type ImagePreprocessing, type PreprocessingInput } from "./preprocessing.ts";

const folder = fileURLToPath(new URL("../fixtures/presets/", import.meta.url));
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<
  string,
  { shape: number[]; values: number[] }
>;
const scratch = mkdtempSync(join(tmpdir(), "tersor-presets-"));

async function read(name: string, preprocessing: PreprocessingInput): Promise<Tensor> {
  for await (const sample of images(folder, { input: "x", preprocessing, labels: "none" })) {
    if (basename(sample.id!) === name) return sample.feeds["x"]!;
  }
  throw new Error(`${name} is not there`);
}

/** Sizes at which nothing is resized: the picture is 32 high and 40 wide. */
const sizes: Record<string, number | { height: number; width: number }> = {
  imagenet: 28,
  "imagenet-299": 28,
  "imagenet-caffe": 28,
  clip: 32,
  yolo: 40,
  letterbox: 40,
  detection: 32,
  voc: 32,
};

describe("named preprocessing", () => {
  it.each(Object.keys(imagePreprocessings))("%s gives what PIL and numpy give", async (base) => {
    const named = imagePreprocessings[base as keyof typeof imagePreprocessings] as ImagePreprocessing;
    const size = named.resize === undefined ? {} : { size: sizes[base] ?? { height: 32, width: 40 } };
    const tensor = await read("noise.png", { base, ...size });
    const { shape, values } = expected[base]!;
    expect(tensor.shape).toEqual([1, ...shape]);
    const found = numbersOf(tensor);
    expect(Math.max(...values.map((value, i) => Math.abs(value - found[i]!)))).toBeLessThan(2e-5);
  });

  it.each([
    ["linear", 32],
    ["cubic", 32],
    ["lanczos3", 32],
    ["nearest", 32],
    ["up", 90],
  ])("resizes to the bit as PIL does: %s", async (name, size) => {
    const kernel = name === "up" ? {} : { kernel: name as "linear" };
    const resize = { mode: "shorter-side", size } as const;
    const tensor = await read("smooth.png", { resize, ...kernel, dtype: "uint8", layout: "NHWC" });
    const { shape, values } = expected[`resized-${name}`]!;
    expect(tensor.shape).toEqual([1, ...shape]);
    expect(Array.from(numbersOf(tensor))).toEqual(values);
  });

  it("resizes noise, edges and all, as PIL does", async () => {
    for (const [name, kernel] of [
      ["noise-linear", "linear"],
      ["noise-cubic", "cubic"],
      ["noise-lanczos3", "lanczos3"],
    ] as const) {
      const resize = { mode: "exact", height: 13, width: 57 } as const;
      const tensor = await read("noise.png", { resize, kernel, dtype: "uint8", layout: "NHWC" });
      expect(Array.from(numbersOf(tensor)), name).toEqual(expected[name]!.values);
    }
  });

  it("letterboxes as YOLOv5 does", async () => {
    const tensor = await read("smooth.png", { base: "yolo", size: { height: 50, width: 51 }, dtype: "float32" });
    const { values } = expected["yolo-resized"]!;
    const found = numbersOf(tensor);
    expect(Math.max(...values.map((value, i) => Math.abs(value - found[i]!)))).toBeLessThan(2e-5);
  });

  it("keeps all but what is overridden", () => {
    const { mean, std } = imagePreprocessings.imagenet;
    expect(resolvePreprocessing({ base: "imagenet", size: 288, layout: "NHWC", dtype: "float16" })).toEqual({
      resize: { mode: "shorter-side", size: 329 },
      crop: { height: 288, width: 288 },
      mean,
      std,
      layout: "NHWC",
      dtype: "float16",
    });
    expect(resolvePreprocessing({ base: "yolo", size: { height: 320, width: 416 } }).resize).toEqual({
      mode: "letterbox",
      height: 320,
      width: 416,
    });
  });

  it("gives the longer side its limit", async () => {
    const resize = { mode: "shorter-side", size: 800, most: 60 } as const;
    expect((await read("noise.png", { resize })).shape).toEqual([1, 3, 48, 60]);
  });

  it.each([
    [{ base: "imagenett" }, /names "imagenett"; known are "imagenet"/],
    [{ base: 3 }, /preprocessing\.base/],
    [{ size: 0 }, /preprocessing\.size/],
    [{ size: { height: 3 } }, /size\.width/],
    [{ resize: { mode: "shorter-side", size: 8, most: -1 } }, /resize\.most/],
  ])("refuses %j", (described, message) => {
    expect(() => resolvePreprocessing(described as PreprocessingInput)).toThrow(
      expect.objectContaining({ code: "DATA_OPTION", message: expect.stringMatching(message) as unknown }),
    );
  });
});

describe("preprocessor_config.json", () => {
  const config = (name: string, content: object | string) => {
    const file = join(scratch, `${name}.json`);
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const half = [0.5, 0.5, 0.5];

  it.each<[string, object, ImagePreprocessing]>([
    [
      "google/vit-base-patch16-224",
      { do_normalize: true, do_resize: true, image_mean: half, image_std: half, resample: 2, size: 224 },
      { resize: { mode: "exact", height: 224, width: 224 }, kernel: "linear", scale: 1 / 255, mean: half, std: half },
    ],
    [
      "openai/clip-vit-base-patch32",
      {
        crop_size: 224,
        do_center_crop: true,
        do_normalize: true,
        do_resize: true,
        feature_extractor_type: "CLIPFeatureExtractor",
        image_mean: half,
        image_std: half,
        resample: 3,
        size: 224,
      },
      {
        resize: { mode: "shorter-side", size: 224 },
        crop: { height: 224, width: 224 },
        kernel: "cubic",
        scale: 1 / 255,
        mean: half,
        std: half,
      },
    ],
    [
      "facebook/convnext-tiny-224",
      {
        crop_pct: 0.875,
        do_normalize: true,
        do_resize: true,
        image_mean: half,
        image_std: half,
        image_processor_type: "ConvNextImageProcessor",
        resample: 3,
        size: { shortest_edge: 224 },
      },
      {
        resize: { mode: "shorter-side", size: 256 },
        crop: { height: 224, width: 224 },
        kernel: "cubic",
        scale: 1 / 255,
        mean: half,
        std: half,
      },
    ],
    [
      "apple/mobilevit-small",
      {
        do_center_crop: true,
        crop_size: { height: 256, width: 256 },
        do_flip_channel_order: true,
        do_normalize: false,
        do_resize: true,
        resample: 2,
        size: { shortest_edge: 288 },
        rescale_factor: 0.00392156862745098,
      },
      {
        resize: { mode: "shorter-side", size: 288 },
        crop: { height: 256, width: 256 },
        kernel: "linear",
        color: "bgr",
        scale: 0.00392156862745098,
      },
    ],
    [
      "facebook/detr-resnet-50",
      {
        do_normalize: true,
        do_resize: true,
        image_mean: half,
        image_std: half,
        size: { shortest_edge: 800, longest_edge: 1333 },
      },
      {
        resize: { mode: "shorter-side", size: 800, most: 1333 },
        kernel: "linear",
        scale: 1 / 255,
        mean: half,
        std: half,
      },
    ],
    ["no resizing", { do_resize: false, do_rescale: false, size: 8 }, { scale: 1 }],
  ])("maps %s", (_, content, mapped) => {
    const file = config("some", content);
    expect(resolvePreprocessing(file)).toEqual(mapped);
    expect(resolvePreprocessing({ base: file, dtype: "float16" })).toEqual({ ...mapped, dtype: "float16" });
  });

  it.each([
    ["{", /not the configuration/],
    ["{}", /not the configuration/],
    [{ size: "large" }, /"size"/],
    [{ size: 8, resample: 5 }, /filter 5/],
    [{ size: 8, image_mean: ["a"] }, /image_mean/],
  ])("refuses %j", (content, message) => {
    expect(() => resolvePreprocessing(config("bad", content))).toThrow(
      expect.objectContaining({ code: "DATA_OPTION", message: expect.stringMatching(message) as unknown }),
    );
  });

  it("says that a file is missing", () => {
    expect(() => resolvePreprocessing(join(scratch, "nowhere.json"))).toThrow(
      expect.objectContaining({ code: "DATA_NOT_FOUND" }),
    );
  });
});
