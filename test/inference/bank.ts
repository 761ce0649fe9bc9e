// The bank of architectures: models and their test data, where the environment names its folder (TERSOR_BANK).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Feeds, Graph } from "@tersor/core";
import { readNamedTensor } from "@tersor/onnx";

const root = process.env["TERSOR_BANK"];
const folder = root === undefined ? undefined : join(root, "arch");

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
