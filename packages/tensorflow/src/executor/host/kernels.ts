// Kernels that the WebAssembly backend lacks or has wrong, run by the CPU backend: inputs are copied over, results back.

import type * as Tfjs from "@tensorflow/tfjs-core";

/** The part of a backend that reads and writes, the same in both. */
interface Backend {
  readSync(id: object): Tfjs.BackendValues;
  write(values: Tfjs.BackendValues, shape: number[], dtype: Tfjs.DataType): object;
  disposeData(id: object, force?: boolean): boolean;
}

/** OneHot of floats writes the bits of integers. */
const wrong = ["OneHot"];

/** Registers the CPU backend's kernels for "wasm" where that has none of the name that can be used. */
export function fillKernels(tf: typeof Tfjs): void {
  for (const kernelName of wrong) tf.unregisterKernel(kernelName, "wasm");
  const own = new Set(tf.getKernelsForBackend("wasm").map(({ kernelName }) => kernelName));
  const [cpu, wasm] = [tf.findBackend("cpu"), tf.findBackend("wasm")] as unknown as [Backend, Backend];
  for (const { kernelName, kernelFunc } of tf.getKernelsForBackend("cpu")) {
    if (own.has(kernelName)) continue;
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: elsewhere(kernelFunc, cpu, wasm) });
  }
}

function elsewhere(kernel: Tfjs.KernelFunc, cpu: Backend, wasm: Backend): Tfjs.KernelFunc {
  return ({ inputs, attrs }) => {
    const held = new Set<object>();
    const copied = mapInputs(inputs, (info) => {
      const copy = move(info, wasm, cpu);
      held.add(copy.dataId);
      return copy;
    });
    const made = kernel({ inputs: copied, backend: cpu, ...(attrs === undefined ? {} : { attrs }) });
    const results = [made].flat();
    for (const { dataId } of results) held.add(dataId);
    const moved = results.map((info) => move(info, cpu, wasm));
    for (const id of held) cpu.disposeData(id, true);
    return Array.isArray(made) ? moved : moved[0]!;
  };
}

function move({ dataId, shape, dtype }: Tfjs.TensorInfo, from: Backend, to: Backend): Tfjs.TensorInfo {
  return { dataId: to.write(from.readSync(dataId), shape, dtype), shape, dtype };
}

/** Kernels of many inputs get them as an array, and ask for its methods. */
function mapInputs(
  inputs: Tfjs.NamedTensorInfoMap,
  map: (info: Tfjs.TensorInfo) => Tfjs.TensorInfo,
): Tfjs.NamedTensorInfoMap {
  const mapped = (info: Tfjs.TensorInfo | undefined) => (info ? map(info) : info);
  if (Array.isArray(inputs)) return inputs.map(mapped) as unknown as Tfjs.NamedTensorInfoMap;
  return Object.fromEntries(
    Object.entries(inputs).map(([name, info]) => [name, mapped(info)]),
  ) as Tfjs.NamedTensorInfoMap;
}
