// Several models, or one model in several steps, as one: what goes in is a sample, what comes out is a text or a picture.
// Rows of generation are judged by what their models make together.

import type { GenerationSettings } from "@tersor/evaluate";
import { generationPipeline, type Decode } from "./generation.ts";
import type { Pipeline } from "./models.ts";
import { textToImagePipeline, type DrawingSettings } from "./text-to-image.ts";

/** A pipeline as suites describe it. */
export type PipelineDescription =
  /** A text is written: by "decoder" alone, or after "encoder". */
  | { readonly kind: "generation"; readonly settings?: GenerationSettings }
  /** A picture is drawn: "text_encoder", "unet" in a loop, "vae_decoder". */
  | { readonly kind: "text-to-image"; readonly settings?: DrawingSettings };

/** The pipeline of a description; `decode` makes texts of tokens. */
export function pipelineOf(description: PipelineDescription, decode: Decode): Pipeline {
  return description.kind === "generation"
    ? generationPipeline(description.settings ?? {}, decode)
    : textToImagePipeline(description.settings ?? {});
}
