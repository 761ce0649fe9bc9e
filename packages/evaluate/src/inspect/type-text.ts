// The type of a value in a few characters: "float32 [batch, 3, 224, 224]".

import type { ValueType } from "@tersor/core";

/** A type as text; what is not known is "?". */
export function typeText(type: ValueType): string {
  switch (type.kind) {
    case "tensor":
      return `${type.dtype ?? "?"} ${type.shape ? `[${type.shape.join(", ")}]` : "[?]"}`;
    case "sparse-tensor":
      return `sparse ${type.dtype ?? "?"} ${type.shape ? `[${type.shape.join(", ")}]` : "[?]"}`;
    case "sequence":
    case "optional":
      return `${type.kind} of ${typeText(type.element)}`;
    case "map":
      return `map of ${type.key} to ${typeText(type.value)}`;
    case "unknown":
      return "?";
  }
}
