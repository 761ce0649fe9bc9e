// Layers that models of keras.applications bring along. https://keras.io/api/applications/

import { defineLayer, type LayerRule } from "./layer.ts";
import { scalar } from "./layout.ts";

/** Layers of ConvNeXt and InceptionResNetV2. */
export const applicationLayers: readonly LayerRule[] = [
  defineLayer({
    classes: ["LayerScale"],
    convert: ({ to, x, size, variables }) => to.add("Mul", [x, variables({ gamma: [size(x, -1)] }).gamma]),
  }),
  defineLayer({ classes: ["StochasticDepth"], convert: ({ x }) => x }),
  defineLayer({
    classes: ["CustomScaleLayer"],
    convert: (context) => {
      const { to, inputs, config, refuse } = context;
      const [a, b] = [inputs[0]?.value, inputs[1]?.value];
      if (a === undefined || b === undefined) return refuse("it takes two tensors");
      return to.add("Add", [a, to.add("Mul", [b, scalar(context, config.number("scale"))])]);
    },
  }),
];
