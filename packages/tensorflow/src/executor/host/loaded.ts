// What a runtime gives the host once it has loaded a model.

import type { Feeds } from "@tersor/core";
import type { UnsupportedOperation } from "../../errors.ts";

/** A model that a runtime has loaded. */
export interface LoadedModel {
  /** Operations that the runtime does not have. */
  readonly missing: readonly UnsupportedOperation[];
  run(feeds: Feeds): Promise<Feeds>;
}
