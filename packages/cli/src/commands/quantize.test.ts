import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import type { Report } from "@tersor/core";
import { readModel } from "@tersor/onnx";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { fixture, scratch, tersor } from "../test-support/run.ts";

const place = scratch();
afterAll(place.remove);

let model: string;
let count = 0;
/** Each test has a folder of its own. */
beforeEach(() => {
  const folder = `${++count}`;
  mkdirSync(place.in(folder));
  model = place.copy("blobs.onnx", `${folder}/blobs.onnx`);
});

const here = (name: string) => place.in(`${count}/${name}`);
const files = () => readdirSync(place.in(`${count}`)).sort();
const calibration = fixture("calibration.npz");
const opsOf = async (path: string) => [...new Set((await readModel(path)).nodes.map(({ op }) => op))];

describe("what is made", () => {
  test("without data a dynamic model, named after its format, beside the source", async () => {
    const { code, stdout, stderr } = await tersor(["quantize", model]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await opsOf(here("blobs.integerops.onnx"))).toContain("MatMulInteger");
    expect(stdout).toContain("Quantized 2 of 2 operators (dynamic, integerops)");
    expect(stdout).toContain("made-up inputs");
    for (const runtime of ["onnxruntime-node", "onnxruntime-web", "transformers.js"]) expect(stdout).toContain(runtime);
    expect(files()).toEqual(["blobs.integerops.onnx", "blobs.onnx"]);
  });

  test.each([
    ["qdq", "QuantizeLinear"],
    ["qoperator", "QGemm"],
  ])("with data a static one: %s", async (format, op) => {
    const { code, stdout } = await tersor(["quantize", model, "--calibration", calibration, "--format", format]);
    expect(code).toBe(0);
    expect(await opsOf(here(`blobs.${format}.onnx`))).toContain(op);
    expect(stdout).toContain("against the source on 8 feeds");
  });

  test("JSON is one object, with the recipe that repeats the run", async () => {
    const args = ["quantize", model, "-c", calibration, "--samples", "32", "-o", here("out.onnx"), "--json"];
    const { stdout } = await tersor([...args, "--exclude", "op:Relu", "--exclude", "sec*"]);
    const report = JSON.parse(stdout) as Report;
    expect(report.output[0]).toMatchObject({ path: here("out.onnx"), sizeBytes: statSync(here("out.onnx")).size });
    expect(report.quantization).toMatchObject({
      quantized: 1,
      float: [{ node: "second", reason: "excluded by a rule" }],
    });
    expect(report.recipe).toMatchObject({
      version: 1,
      data: { calibration },
      steps: [{ quantize: { mode: "static", format: "qdq", rules: [{ op: "Relu" }, { name: "sec*" }] } }],
    });
  });

  test("the flags of the method reach the model", async () => {
    const args = ["--granularity", "per-tensor", "--weight-type", "uint8", "--activation-type", "int8"];
    const more = [
      "--calibrator",
      "min-max",
      "--activation-scheme",
      "symmetric",
      "--check-samples",
      "3",
      "--check-tensors",
    ];
    const { code, stdout } = await tersor([
      "quantize",
      model,
      "-c",
      calibration,
      ...args,
      ...more,
      "-o",
      here("o.onnx"),
      "--json",
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.check).toMatchObject({ samples: 3, ok: true });
    expect(report.check?.tensors?.map(({ name }) => name)).toContain("active");
    const { weights } = await readModel(here("o.onnx"));
    const types = [...weights.values()]
      .filter(({ source }) => source.shape.length === 2)
      .map(({ source }) => source.dtype);
    expect(new Set(types)).toEqual(new Set(["uint8"]));
  });

  test("a model with a data file, and one whose operators stay float, are read and written", async () => {
    const external = place.copy("blobs-external.onnx", `${count}/external.onnx`);
    place.copy("blobs-weights.bin", `${count}/blobs-weights.bin`);
    const { code, stdout } = await tersor(["quantize", external, "--json"]);
    expect(code).toBe(0);
    const { model: source } = JSON.parse(stdout) as Report;
    expect(source.sizeBytes).toBe(statSync(external).size + statSync(here("blobs-weights.bin")).size);
  });

  test("a dry run explains and writes nothing, static without data too", async () => {
    const { code, stdout } = await tersor(["quantize", model, "--mode", "static", "--dry-run", "--exclude", "first"]);
    expect(code).toBe(0);
    expect(stdout).toContain("excluded by a rule");
    expect(stdout).not.toContain("Load it");
    expect(files()).toEqual(["blobs.onnx"]);
  });

  test("quiet says nothing; a report goes to a file in the form of its ending", async () => {
    const run = (file: string) => tersor(["quantize", model, "-f", "--quiet", "--report", here(file)]);
    for (const file of ["r.json", "r.md", "r.txt"])
      expect(await run(file)).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(JSON.parse(readFileSync(here("r.json"), "utf8"))).toMatchObject({ command: "quantize" });
    expect(readFileSync(here("r.md"), "utf8")).toContain("| blobs | integerops |");
    expect(readFileSync(here("r.txt"), "utf8")).toContain("Check passed");
    expect(await run("r.pdf")).toMatchObject({ code: 2 });
  });

  test("a recipe says what the flags leave open; its paths start from its folder", async () => {
    mkdirSync(here("recipes"));
    place.copy("calibration.npz", `${count}/recipes/data.npz`);
    const recipe = `version: 1
model: unused.onnx
output: made.onnx
data: { calibration: data.npz }
steps: [{ quantize: { mode: static, format: qoperator, rules: [{ name: first, precision: float }] } }]
check: { minSqnrDb: 5 }
`;
    writeFileSync(here("recipes/r.yaml"), recipe);
    const { code, stdout } = await tersor([
      "quantize",
      model,
      "--recipe",
      here("recipes/r.yaml"),
      "--format",
      "qdq",
      "--json",
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.output[0]).toMatchObject({ path: here("recipes/made.onnx"), format: "qdq" });
    expect(report.check).toMatchObject({ minSqnrDb: 5 });
    expect(report.quantization?.float).toMatchObject([{ node: "first" }]);
  });
});

describe("what is refused leaves nothing behind", () => {
  const npz = (name: string) => fixture(`bad/${name}.npz`);
  const refused: readonly (readonly [string, () => readonly string[], string])[] = [
    ["a model that is not there", () => [here("absent.onnx")], "TERSOR_MODEL_NOT_FOUND"],
    ["a file that is no model", () => [calibration], "TERSOR_MODEL_FORMAT"],
    ["an output that is there", () => [model, "-o", fixture("rows.onnx")], "TERSOR_OUTPUT_EXISTS"],
    ["an output of no known format", () => [model, "-o", here("out.npz")], "TERSOR_OUTPUT_FORMAT"],
    ["an output that is the model", () => [model, "-o", model, "--force"], "TERSOR_OUTPUT_IS_INPUT"],
    [
      "an output in a folder that is not there",
      () => [model, "-o", here("no/where.onnx")],
      "TERSOR_OUTPUT_NOT_WRITABLE",
    ],
    [
      "an output in something that is no folder",
      () => [model, "-o", `${model}/out.onnx`],
      "TERSOR_OUTPUT_NOT_WRITABLE",
    ],
    ["an output that is the folder of the model", () => [model, "-o", place.path, "-f"], "TERSOR_OUTPUT_IS_INPUT"],
    [
      "a format of the other mode",
      () => [model, "--mode", "dynamic", "--format", "qdq"],
      "QUANTIZE_FORMAT_OF_OTHER_MODE",
    ],
    ["static without data", () => [model, "--mode", "static"], "QUANTIZE_NO_CALIBRATION"],
    ["a pattern that matches nothing", () => [model, "--exclude", "third"], "QUANTIZE_RULE_MATCHES_NOTHING"],
    [
      "a calibrator nobody knows",
      () => [model, "-c", calibration, "--calibrator", "best"],
      "QUANTIZE_UNKNOWN_CALIBRATOR",
    ],
    ["data that is not there", () => [model, "-c", here("absent.npz")], "DATA_NOT_FOUND"],
    ["data with other names", () => [model, "-c", npz("names")], "CORE_FEED_UNKNOWN"],
    ["data of another type", () => [model, "-c", npz("type")], "CORE_FEED_TYPE"],
    ["data of another shape", () => [model, "-c", npz("shape")], "CORE_FEED_SHAPE"],
    ["data with NaN", () => [model, "-c", npz("nan")], "CORE_FEED_NAN"],
    ["a description that is no JSON", () => [model, "-c", "{npz: x}"], "TERSOR_DATA_SPEC"],
    ["a description of nothing", () => [model, "-c", '{"nothing":1}'], "DATA_KIND"],
    ["data without samples", () => [model, "-c", npz("empty")], "EMPTY"],
    ["a plugin that is not installed", () => [model, "--plugin", "tersor-plugin-absent"], "TERSOR_PLUGIN_INVALID"],
    [
      "a report that can't be written",
      () => [model, "--dry-run", "--report", here("no/r.json")],
      "TERSOR_OUTPUT_NOT_WRITABLE",
    ],
  ];

  test.each(refused)("%s", async (_, args, code) => {
    const result = await tersor(["quantize", ...args()]);
    expect(result).toMatchObject({ code: 1, stdout: "" });
    expect(result.stderr).toMatch(new RegExp(`^\\w*${code}: `));
    expect(result.stderr).not.toMatch(/\n {4}at /);
    expect(files()).toEqual(["blobs.onnx"]);
  });

  test("the model under another name, by a symbolic or a hard link", async () => {
    symlinkSync(model, here("soft.onnx"));
    linkSync(model, here("hard.onnx"));
    const before = readFileSync(model);
    for (const name of ["soft.onnx", "hard.onnx"]) {
      const { code, stderr } = await tersor(["quantize", model, "-o", here(name), "--force"]);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("TERSOR_OUTPUT_IS_INPUT") });
    }
    expect(readFileSync(model)).toEqual(before);
  });

  test("a result that does not hold: exit code 3, the operators at fault, no file", async () => {
    const { code, stderr } = await tersor(["quantize", model, "-c", calibration, "--check", "90"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^TERSOR_CHECK_FAILED: .*was not written/);
    expect(stderr).toContain('--exclude "');
    expect(files()).toEqual(["blobs.onnx"]);
    expect(await tersor(["quantize", model, "-c", calibration, "--check", "none"])).toMatchObject({ code: 0 });
    expect(existsSync(here("blobs.qdq.onnx"))).toBe(true);
  });

  test("a model that made-up inputs do not suit asks for data, or to be left unchecked", async () => {
    const rows = place.copy("rows.onnx", `${count}/rows.onnx`);
    const { code, stderr } = await tersor(["quantize", rows]);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/^TERSOR_CHECK_NEEDS_DATA: /) });
    expect(files()).toEqual(["blobs.onnx", "rows.onnx"]);
    expect(await tersor(["quantize", rows, "--check", "none"])).toMatchObject({ code: 0 });
  });

  test("with --json the error is an object on stdout too", async () => {
    const { code, stdout } = await tersor(["quantize", here("absent.onnx"), "--json"]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: "TERSOR_MODEL_NOT_FOUND", data: { path: here("absent.onnx") } },
    });
  });

  test("a stop that came before the work", async () => {
    const controller = new AbortController();
    controller.abort();
    const { code } = await tersor(["quantize", model, "-c", calibration], { signal: controller.signal });
    expect(code).toBe(130);
    expect(files()).toEqual(["blobs.onnx"]);
  });
});

test("a format without dynamic quantization asks for data at once", async () => {
  const { code, stderr } = await tersor(["quantize", fixture("blobs.onnx"), "-o", "never.tflite"]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('"calibration" is missing')]);
});
