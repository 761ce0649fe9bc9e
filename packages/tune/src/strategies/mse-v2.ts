// mse_v2: nodes stay float in the order of the error that each alone brings to the outputs of the network, until the goal
// is met; then those that matter least are quantized again as long as it holds.

import { bySensitivity, fallBackAlong, leaveSlowFloat, singles, takeBack } from "../fallback-stages.ts";
import { bestOf, isBestPossible, meets } from "../goal.ts";
import { tryDefault } from "../settings-stages.ts";
import { defaultSettings } from "../space.ts";
import { staged } from "../staged.ts";

/** Leaves float what errs most at the network's outputs, and takes back what was not needed. */
export const mseV2 = staged(
  "mse_v2",
  function* (search) {
    let best = yield* tryDefault(search);
    if (isBestPossible(search, best)) return;
    if (!meets(search.goal, best)) {
      const order = bySensitivity(search.nodes, "networkError");
      const found = yield* fallBackAlong(search, defaultSettings(search), singles(order));
      best = bestOf(search.goal, [best, yield* takeBack(search, found, [...order].reverse())]);
    }
    yield* leaveSlowFloat(search, best);
  },
  ["networkError", "slowdown"],
);
