// Preprocessing that many models share, by name. Each is what the models' own code does before inference.

import type { ImagePreprocessing } from "./preprocessing.ts";

const imagenetStatistics = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
const half = { mean: 0.5, std: 0.5 };
const crop224 = { resize: { mode: "shorter-side", size: 256 }, crop: { height: 224, width: 224 } } as const;

/** Descriptions by name. */
export const imagePreprocessings = {
  /** torchvision's classifiers: ResNet, MobileNet, EfficientNet and others. */
  imagenet: { ...crop224, ...imagenetStatistics },
  /** The middle 7/8 at 299 x 299, -1 to 1: Inception, Xception, NASNet in NCHW. */
  "imagenet-299": { resize: { mode: "shorter-side", size: 342 }, crop: { height: 299, width: 299 }, ...half },
  /** Caffe's classifiers (AlexNet, GoogleNet, VGG): BGR, 0 to 255, less the mean colour. */
  "imagenet-caffe": { ...crop224, color: "bgr", scale: 1, mean: [103.939, 116.779, 123.68] },
  /** TensorFlow's Inception and MobileNet: -1 to 1. */
  inception: { resize: { mode: "exact", height: 299, width: 299 }, ...half, layout: "NHWC" },
  /** ViT, DeiT and BEiT of transformers: 224 x 224, -1 to 1. */
  "vit-0.5": { resize: { mode: "exact", height: 224, width: 224 }, ...half },
  /** CLIP's image tower: bicubic, and its own statistics. */
  clip: {
    resize: { mode: "shorter-side", size: 224 },
    kernel: "cubic",
    crop: { height: 224, width: 224 },
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
  },
  /** 32 x 32 pictures with ImageNet's statistics. */
  cifar10: { resize: { mode: "exact", height: 32, width: 32 }, ...imagenetStatistics },
  /** 32 x 32 pictures with the statistics of CIFAR-10 itself. */
  cifar: {
    resize: { mode: "exact", height: 32, width: 32 },
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.247, 0.2435, 0.2616],
  },
  /** 28 x 28, one grey channel, 0 to 1. */
  mnist: { resize: { mode: "exact", height: 28, width: 28 }, color: "gray" },
  /** Faces of FER+: 64 x 64, one grey channel, 0 to 255. */
  ferplus: { resize: { mode: "exact", height: 64, width: 64 }, color: "gray", scale: 1 },
  /** YOLO: fits into 640 x 640 with grey borders, 0 to 1. */
  yolo: { resize: { mode: "letterbox", height: 640, width: 640 } },
  /** The same under the name of what it does. */
  letterbox: { resize: { mode: "letterbox", height: 640, width: 640, fill: 114 } },
  /** SSD-ResNet34 of MLPerf: 1200 x 1200. */
  ssd: { resize: { mode: "exact", height: 1200, width: 1200 }, ...imagenetStatistics },
  /** SSD-VGG: 300 x 300, 0 to 255, less the mean colour. */
  "ssd-300": { resize: { mode: "exact", height: 300, width: 300 }, scale: 1, mean: [123, 117, 104] },
  /** TensorFlow's detectors (SSD-MobileNet and others): bytes in the picture's own size, which the model changes itself. */
  "ssd-mobilenet": { layout: "NHWC", dtype: "uint8" },
  /** DETR and torchvision's detectors: the shorter side 800, the longer at most 1333. */
  detection: { resize: { mode: "shorter-side", size: 800, most: 1333 }, ...imagenetStatistics },
  /** Ultra-light face detectors: 320 wide, 240 high, about -1 to 1. */
  ultraface: { resize: { mode: "exact", height: 240, width: 320 }, scale: 1, mean: 127, std: 128 },
  /** Segmentation as torchvision trains it on Pascal VOC: the shorter side 520. */
  voc: { resize: { mode: "shorter-side", size: 520 }, ...imagenetStatistics },
  /** Segmentation as SegFormer and others do ADE20K: 512 x 512. */
  ade20k: { resize: { mode: "exact", height: 512, width: 512 }, ...imagenetStatistics },
  /** Only 0 to 1, in the size that the image has. */
  unit: {},
} as const satisfies Record<string, ImagePreprocessing>;

/** A name of `imagePreprocessings`. */
export type PreprocessingName = keyof typeof imagePreprocessings;

/** Whether a text is one. */
export function isPreprocessingName(name: string): name is PreprocessingName {
  return Object.hasOwn(imagePreprocessings, name);
}
