// mse: the settings of basic, then nodes stay float in the order of the error at their own output, the worst first.

import { bySensitivity, fallBackAlong, leaveSlowFloat, singles } from "../fallback-stages.ts";
import { bestOf, meets } from "../goal.ts";
import { tryDefault, tuneSettings } from "../settings-stages.ts";
import { staged } from "../staged.ts";

/** Leaves float what errs most at its own output. */
export const mse = staged(
  "mse",
  function* (search) {
    let best = yield* tuneSettings(search, yield* tryDefault(search), ({ name }) => name !== "mode");
    if (best !== undefined && !meets(search.goal, best)) {
      const order = singles(bySensitivity(search.nodes, "outputError"));
      best = bestOf(search.goal, [best, yield* fallBackAlong(search, best.config.settings, order)]);
    }
    yield* leaveSlowFloat(search, best);
  },
  ["outputError", "slowdown"],
);
