// The element types that LiteRT takes and gives.

import type { DataType } from "@tersor/core";

/** All of them. */
export const handedOver: readonly DataType[] = ["float32", "int32", "uint8"];
