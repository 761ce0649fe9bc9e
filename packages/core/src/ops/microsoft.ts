// The list of onnxruntime's own operators (domain com.microsoft) that quantizers and transformer exporters write.

import type { OpDefinition } from "./define.ts";
import { microsoftMatMulOps } from "./microsoft-matmul.ts";
import { microsoftQLinearOps } from "./microsoft-qlinear.ts";
import { microsoftTransformerOps } from "./microsoft-transformer.ts";

export const microsoftOps: readonly OpDefinition[] = [
  ...microsoftMatMulOps,
  ...microsoftQLinearOps,
  ...microsoftTransformerOps,
];
