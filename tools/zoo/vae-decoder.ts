// The decoder of Stable Diffusion's autoencoder (AutoencoderKL, Rombach et al. 2022) as diffusers exports it, with a
// sixteenth of its channels and two of its four levels: no exported model of the bank makes pictures of latents.

import {
  attribute,
  float32,
  int64,
  nodeOf,
  originOf,
  seededRandom,
  sourceOf,
  type Attribute,
  type Graph,
  type Tensor,
} from "@tersor/core";
import type { InputSketch } from "tersor";

const [LATENT, SIDE, GROUPS] = [4, 16, 4];
const LEVELS = [32, 16];

export const vaeDecoderInputs: readonly InputSketch[] = [
  { name: "latent_sample", shape: ["batch", LATENT, SIDE, SIDE], values: { kind: "floats", mean: 0, std: 1 } },
];

type Attributes = Readonly<Record<string, Attribute>>;

/** Writes nodes one after the other. */
class Writer {
  readonly nodes: ReturnType<typeof nodeOf>[] = [];
  readonly weights = new Map<string, Tensor>();
  readonly #random = seededRandom(1015);

  add(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const name = `/decoder/${op}_${this.nodes.length}`;
    this.nodes.push(nodeOf(op, name, inputs, [`${name}_output_0`], attributes));
    return `${name}_output_0`;
  }

  constant(name: string, tensor: Tensor): string {
    this.weights.set(name, tensor);
    return name;
  }

  conv(name: string, x: string, from: number, to: number, kernel = 3): string {
    const shape = [to, from, kernel, kernel];
    const std = Math.sqrt(1 / (from * kernel * kernel));
    const weight = this.constant(`${name}.weight`, this.#normal(shape, std));
    const bias = this.constant(`${name}.bias`, this.#normal([to], 0.05));
    const pad = (kernel - 1) / 2;
    const attributes = { kernel_shape: attribute.ints([kernel, kernel]), pads: attribute.ints([pad, pad, pad, pad]) };
    return this.add("Conv", [x, weight, bias], attributes);
  }

  /** GroupNorm: the groups are channels of an InstanceNormalization. */
  norm(name: string, x: string, channels: number): string {
    const ones = this.constant(`${name}.ones`, float32([GROUPS], Array<number>(GROUPS).fill(1)));
    const zeros = this.constant(`${name}.zeros`, float32([GROUPS], Array<number>(GROUPS).fill(0)));
    const shape = this.add("Shape", [x]);
    const grouped = this.add("Reshape", [x, this.constant("groups", int64([3], [0, GROUPS, -1]))]);
    const normed = this.add("InstanceNormalization", [grouped, ones, zeros], { epsilon: attribute.float(1e-6) });
    const back = this.add("Reshape", [normed, shape]);
    const gain = this.constant(`${name}.weight`, float32([channels, 1, 1], Array<number>(channels).fill(1)));
    const shift = this.constant(`${name}.bias`, this.#normal([channels, 1, 1], 0.1));
    return this.add("Add", [this.add("Mul", [back, gain]), shift]);
  }

  silu(x: string): string {
    return this.add("Mul", [x, this.add("Sigmoid", [x])]);
  }

  residual(name: string, x: string, from: number, to: number): string {
    const first = this.conv(`${name}.conv1`, this.silu(this.norm(`${name}.norm1`, x, from)), from, to);
    const second = this.conv(`${name}.conv2`, this.silu(this.norm(`${name}.norm2`, first, to)), to, to);
    return this.add("Add", [from === to ? x : this.conv(`${name}.conv_shortcut`, x, from, to, 1), second]);
  }

  doubled(x: string): string {
    const scales = this.constant("scales", float32([4], [1, 1, 2, 2]));
    const attributes = {
      mode: attribute.string("nearest"),
      coordinate_transformation_mode: attribute.string("asymmetric"),
      nearest_mode: attribute.string("floor"),
    };
    return this.add("Resize", [x, "", scales], attributes);
  }

  #normal(shape: readonly number[], std: number): Tensor {
    const count = shape.reduce((product, dim) => product * dim, 1);
    const number = () => std * Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
    return float32(shape, Float32Array.from({ length: count }, number));
  }
}

/** The graph: latents [batch, 4, 16, 16] to pictures [batch, 3, 64, 64]. */
export function vaeDecoder(): Graph {
  const writer = new Writer();
  const [widest = 0] = LEVELS;
  let x = writer.conv("post_quant_conv", "latent_sample", LATENT, LATENT, 1);
  x = writer.conv("decoder.conv_in", x, LATENT, widest);
  x = writer.residual("decoder.mid_block.resnets.0", x, widest, widest);
  let channels = widest;
  for (const [level, to] of LEVELS.entries()) {
    x = writer.residual(`decoder.up_blocks.${level}.resnets.0`, x, channels, to);
    x = writer.conv(`decoder.up_blocks.${level}.upsamplers.0.conv`, writer.doubled(x), to, to);
    channels = to;
  }
  x = writer.conv("decoder.conv_out", writer.silu(writer.norm("decoder.conv_norm_out", x, channels)), channels, 3);
  const last = writer.nodes.at(-1)!;
  writer.nodes.splice(-1, 1, { ...last, outputs: ["sample"] });
  const value = (name: string, shape: readonly (number | string)[]) =>
    ({ name, type: { kind: "tensor", dtype: "float32", shape } }) as const;
  return {
    name: "vae_decoder",
    inputs: [value("latent_sample", ["batch", LATENT, SIDE, SIDE])],
    outputs: [value("sample", ["batch", 3, 4 * SIDE, 4 * SIDE])],
    nodes: writer.nodes,
    weights: new Map(
      [...writer.weights].map(([name, tensor]) => [name, { source: sourceOf(tensor), origin: originOf(name) }]),
    ),
    types: new Map(),
    opsets: new Map([["", 17]]),
    functions: [],
    metadata: new Map(),
  };
}
