// The few lines that load a model in the runtimes people use, for the end of `tersor quantize` and `tersor convert`.

import { basename } from "node:path";
import type { OutputFile } from "@tersor/core";
import { createPaint, type TerminalOptions } from "@tersor/evaluate";

type Section = readonly [runtime: string, lines: readonly string[]];

/** How to load a model in the runtimes of its format, ending with a newline; empty for formats of training frameworks. */
export function loadingText(file: OutputFile, { color = false }: TerminalOptions = {}): string {
  const paint = createPaint(color);
  const sections = sectionsOf(file);
  if (sections.length === 0) return "";
  const text = sections.flatMap(([name, lines]) => [paint("dim", `// ${name}`), ...lines]);
  return `\n${paint("strong", "Load it")}\n${text.map((line) => `  ${line}`).join("\n")}\n`;
}

function sectionsOf(file: OutputFile): readonly Section[] {
  const { path, format, dataFiles = [] } = file;
  if (/\.onnx$/i.test(path))
    return [
      ["onnxruntime-node", nodeLines(path)],
      ["onnxruntime-web", webLines(path, dataFiles)],
      ["transformers.js", transformersLines(file)],
    ];
  return others[format]?.(path) ?? [];
}

const others: Readonly<Record<string, (path: string) => readonly Section[]>> = {
  tflite: (path) => [
    [
      "@litertjs/core",
      [
        'import { loadAndCompile, loadLiteRt } from "@litertjs/core";',
        'await loadLiteRt("/wasm/");',
        `const model = await loadAndCompile(${url(path)}, { accelerator: "wasm" });`,
      ],
    ],
  ],
  tfjs: (path) => [["@tensorflow/tfjs", tfjsLines("loadGraphModel", path)]],
  "tfjs-layers": (path) => [["@tensorflow/tfjs", tfjsLines("loadLayersModel", path)]],
};

function tfjsLines(load: string, path: string): readonly string[] {
  const address = JSON.stringify(`/${basename(path)}/model.json`);
  return ['import * as tf from "@tensorflow/tfjs";', `const model = await tf.${load}(${address});`];
}

function nodeLines(path: string): readonly string[] {
  return [
    'import { InferenceSession } from "onnxruntime-node";',
    `const session = await InferenceSession.create(${JSON.stringify(path)});`,
  ];
}

function webLines(path: string, dataFiles: readonly string[]): readonly string[] {
  const external = dataFiles.map((file) => `{ path: ${name(file)}, data: ${url(file)} }`).join(", ");
  const options = external === "" ? "" : `, { externalData: [${external}] }`;
  return [
    'import { InferenceSession } from "onnxruntime-web";',
    `const session = await InferenceSession.create(${url(path)}${options});`,
  ];
}

/** Under which `dtype`, and with which suffix, transformers.js looks for a file of a format. */
const dtypes: Readonly<Record<string, readonly [dtype: string, suffix: string]>> = {
  float16: ["fp16", "_fp16"],
  matmulnbits: ["q4", "_q4"],
};

function transformersLines({ path, format, dataFiles = [] }: OutputFile): readonly string[] {
  const [dtype, suffix] = dtypes[format] ?? ["q8", "_quantized"];
  const own = basename(path);
  const target =
    dataFiles.length > 0 ? `${own}, with ${dataFiles.map((file) => basename(file)).join(", ")}` : `model${suffix}.onnx`;
  return [
    `// copy ${own} to my-model/onnx/${target}`,
    'import { env, pipeline } from "@huggingface/transformers";',
    'env.localModelPath = "./";',
    `const run = await pipeline(task, "my-model", ${dataFiles.length > 0 ? namedOptions(path) : `{ dtype: "${dtype}" }`});`,
  ];
}

/** Data files are found by the name that is inside the model, so the model keeps its own. */
function namedOptions(path: string): string {
  const stem = JSON.stringify(basename(path).replace(/\.onnx$/i, ""));
  return `{ dtype: "fp32", model_file_name: ${stem}, use_external_data_format: true }`;
}

function name(file: string): string {
  return JSON.stringify(basename(file));
}

function url(file: string): string {
  return JSON.stringify(`/${basename(file)}`);
}
