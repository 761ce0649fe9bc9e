// What a pipeline is made of.

import type { Executable, Feeds } from "@tersor/core";

/** The models of a pipeline, ready to run, by the names of its parts. */
export type Models = Readonly<Record<string, Pick<Executable, "inputs" | "outputs" | "run">>>;

/** Makes one result of one sample. */
export type Pipeline = (models: Models, feeds: Feeds) => Promise<Feeds>;
