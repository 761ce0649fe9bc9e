// All operators that Tersor knows: those of ONNX and those that onnxruntime adds.

import type { OpDefinition } from "./define.ts";
import { generalOps } from "./general.ts";
import { microsoftOps } from "./microsoft.ts";
import { neuralOps } from "./neural.ts";

/** The definitions of all operators that come with the house. */
export const standardOps: readonly OpDefinition[] = [...generalOps, ...neuralOps, ...microsoftOps];
