// auto: what is right for most models first. All operators with the default settings; if that is not right enough, whole
// types of operators one at a time (conservative), then settings and single nodes (basic). The default.

import { isBestPossible } from "../goal.ts";
import { tryDefault } from "../settings-stages.ts";
import { staged } from "../staged.ts";
import { basicStages } from "./basic.ts";
import { conservativeStages } from "./conservative.ts";

/** The default strategy: the default settings, then conservative, then basic. */
export const auto = staged(
  "auto",
  function* (search) {
    const first = yield* tryDefault(search);
    if (isBestPossible(search, first)) return;
    yield* conservativeStages(search);
    yield* basicStages(search);
  },
  ["slowdown"],
);
