// Boxes of the forms that models and annotations give them in, as corners.

/** Corners x1 y1 x2 y2, corners y1 x1 y2 x2, corner with width and height, or center with width and height. */
export type BoxFormat = "xyxy" | "yxyx" | "xywh" | "cxcywh";

/** Names of the forms. */
export const boxFormats: readonly BoxFormat[] = ["xyxy", "yxyx", "xywh", "cxcywh"];

/** A box by its corners. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const readers: Readonly<Record<BoxFormat, (a: number, b: number, c: number, d: number) => Box>> = {
  xyxy: (left, top, right, bottom) => ({ left, top, right, bottom }),
  yxyx: (top, left, bottom, right) => ({ left, top, right, bottom }),
  xywh: (left, top, width, height) => ({ left, top, right: left + width, bottom: top + height }),
  cxcywh: (x, y, width, height) => ({
    left: x - width / 2,
    top: y - height / 2,
    right: x + width / 2,
    bottom: y + height / 2,
  }),
};

/** The box whose four numbers begin at `start`. */
export function boxAt(numbers: ArrayLike<number>, start: number, format: BoxFormat): Box {
  return readers[format](numbers[start]!, numbers[start + 1]!, numbers[start + 2]!, numbers[start + 3]!);
}

/** A box in shares of an image's width and height, in pixels. */
export function scaled({ left, top, right, bottom }: Box, width: number, height: number): Box {
  return { left: left * width, top: top * height, right: right * width, bottom: bottom * height };
}

/** Width by height; `pixel` is 1 where the right and bottom edges are pixels of the box (VOC), 0 where they are borders. */
export function areaOf({ left, top, right, bottom }: Box, pixel = 0): number {
  return (right - left + pixel) * (bottom - top + pixel);
}

/** Area that both boxes cover. */
export function overlapOf(a: Box, b: Box, pixel = 0): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left) + pixel;
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) + pixel;
  return width > 0 && height > 0 ? width * height : 0;
}
