// Drawing a picture with a latent diffusion model (Rombach et al. 2022, 2112.10752): the text encoder reads the prompt,
// the U-Net takes noise out of a latent picture step by step, the decoder of the autoencoder makes pixels of it.
// Steps are those of DDIM (Song et al. 2020, 2010.02502, eq. 12 with eta 0); guidance is classifier-free
// (Ho and Salimans 2022, 2207.12598).

import { elementCount, float32, float32Of, int64, seededRandom, type Feeds, type Tensor } from "@tersor/core";
import type { Models, Pipeline } from "./models.ts";

/** How to draw. */
export interface DrawingSettings {
  /** Steps of the sampling loop. Default 4: pictures of stand-ins show nothing. */
  readonly steps?: number;
  /** How far away from what is drawn without a prompt; 1 for none. Default 7.5. */
  readonly guidance?: number;
  /** Size of the latent picture [channels, height, width]. Default the U-Net's. */
  readonly latent?: readonly [number, number, number];
  readonly seed?: number;
}

/** Noise of Stable Diffusion's training: the roots of the betas are spaced evenly. */
const TRAINING_STEPS = 1000;
const [FIRST_BETA, LAST_BETA] = [0.00085, 0.012];
/** Latents of Stable Diffusion's autoencoder are scaled to variance 1. */
const LATENT_SCALE = 0.18215;

/** A picture [1, 3, height, width] of numbers from -1 to 1 for the prompt; the output "image". */
export function textToImagePipeline(settings: DrawingSettings): Pipeline {
  const { steps = 4, guidance = 7.5, seed = 1 } = settings;
  return async (models: Models, feeds: Feeds) => {
    const text = await encodedText(models, feeds);
    const without = await encodedText(models, emptyPrompt(feeds));
    const latent = noise([1, ...(settings.latent ?? latentSize(models))], seed);
    const predict = async (sample: Tensor, timestep: number): Promise<Tensor> => {
      const toward = await predictedNoise(models, sample, timestep, text);
      return guidance === 1
        ? toward
        : guided(await predictedNoise(models, sample, timestep, without), toward, guidance);
    };
    const drawn = await sampleDdim(latent, steps, predict);
    return { image: await decoded(models, drawn) };
  };
}

/** Predicts the noise in a sample at a step of training. */
export type PredictNoise = (sample: Tensor, timestep: number) => Promise<Tensor>;

/** Takes the noise out in `steps` steps, from the last of training to none. */
export async function sampleDdim(latent: Tensor, steps: number, predict: PredictNoise): Promise<Tensor> {
  const kept = keptSignal();
  const stride = Math.floor(TRAINING_STEPS / steps);
  let sample = latent;
  for (let step = steps - 1; step >= 0; step--) {
    // Stable Diffusion counts from 1: its scheduler has steps_offset 1.
    const timestep = Math.min(TRAINING_STEPS - 1, step * stride + 1);
    const before = timestep - stride;
    const predicted = await predict(sample, timestep);
    sample = stepDdim(sample, predicted, kept[timestep]!, before >= 0 ? kept[before]! : kept[0]!);
  }
  return sample;
}

/** Share of the variance that is signal at each step: products of 1 - beta. */
export function keptSignal(): Float64Array {
  const kept = new Float64Array(TRAINING_STEPS);
  let product = 1;
  for (let step = 0; step < TRAINING_STEPS; step++) {
    const root = Math.sqrt(FIRST_BETA) + ((Math.sqrt(LAST_BETA) - Math.sqrt(FIRST_BETA)) * step) / (TRAINING_STEPS - 1);
    product *= 1 - root * root;
    kept[step] = product;
  }
  return kept;
}

/** x' = sqrt(a') x0 + sqrt(1 - a') e, where x0 = (x - sqrt(1 - a) e) / sqrt(a). */
function stepDdim(sample: Tensor, predicted: Tensor, now: number, next: number): Tensor {
  const noiseNumbers = float32Of(predicted);
  const numbers = float32Of(sample).map((x, i) => {
    const clean = (x - Math.sqrt(1 - now) * noiseNumbers[i]!) / Math.sqrt(now);
    return Math.sqrt(next) * clean + Math.sqrt(1 - next) * noiseNumbers[i]!;
  });
  return float32(sample.shape, numbers);
}

function guided(without: Tensor, toward: Tensor, guidance: number): Tensor {
  const [from, to] = [float32Of(without), float32Of(toward)];
  return float32(
    toward.shape,
    from.map((x, i) => x + guidance * (to[i]! - x)),
  );
}

async function encodedText({ text_encoder: encoder }: Models, feeds: Feeds): Promise<Tensor> {
  const { last_hidden_state: states } = await encoder!.run(feeds);
  return states!;
}

/** The prompt's first token, which begins every text, in all places. */
function emptyPrompt(feeds: Feeds): Feeds {
  const { input_ids: ids } = feeds;
  const first = (ids!.data as BigInt64Array)[0]!;
  return { ...feeds, input_ids: int64(ids!.shape, Array<bigint>(elementCount(ids!.shape)).fill(first)) };
}

function latentSize({ unet }: Models): readonly number[] {
  const type = unet!.inputs.find(({ name }) => name === "sample")?.type;
  const sizes = type?.kind === "tensor" ? (type.shape ?? []).slice(1) : [];
  return sizes.map((size) => (typeof size === "number" ? size : 64));
}

function noise(shape: readonly number[], seed: number): Tensor {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return float32(shape, Float32Array.from({ length: elementCount(shape) }, normal));
}

/** The U-Net of the stand-in takes as many numbers per token as the text encoder of its own model gave. */
async function predictedNoise({ unet }: Models, sample: Tensor, timestep: number, text: Tensor): Promise<Tensor> {
  const type = unet!.inputs.find(({ name }) => name === "encoder_hidden_states")?.type;
  const width = type?.kind === "tensor" ? type.shape?.at(-1) : undefined;
  const states = typeof width === "number" ? narrowed(text, width) : text;
  const outputs = await unet!.run({ sample, timestep: int64([1], [timestep]), encoder_hidden_states: states });
  return Object.values(outputs)[0]!;
}

function narrowed(states: Tensor, width: number): Tensor {
  const own = states.shape.at(-1)!;
  if (own <= width) return states;
  const rows = elementCount(states.shape) / own;
  const numbers = float32Of(states);
  const kept = Float32Array.from(
    { length: rows * width },
    (_, i) => numbers[Math.floor(i / width) * own + (i % width)]!,
  );
  return float32([...states.shape.slice(0, -1), width], kept);
}

async function decoded({ vae_decoder: decoder }: Models, latent: Tensor): Promise<Tensor> {
  const name = decoder!.inputs[0]!.name;
  const scaled = float32(
    latent.shape,
    float32Of(latent).map((x) => x / LATENT_SCALE),
  );
  return Object.values(await decoder!.run({ [name]: scaled }))[0]!;
}

/** Pixels of a picture, three bytes each, in rows: 0 for -1, 255 for 1. */
export function pixelsOf(image: Tensor): {
  readonly height: number;
  readonly width: number;
  readonly pixels: Uint8Array;
} {
  const [, channels = 3, height = 1, width = 1] = image.shape;
  const numbers = float32Of(image);
  const area = height * width;
  const pixels = Uint8Array.from({ length: area * 3 }, (_, i) => {
    const value = numbers[(i % Math.min(3, channels)) * area + Math.floor(i / 3)]!;
    return Math.max(0, Math.min(255, Math.round(127.5 * (value + 1))));
  });
  return { height, width, pixels };
}
