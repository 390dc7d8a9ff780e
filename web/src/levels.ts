// How much smaller than the full image a preview may be: by powers of two, so that levels are shared between previews.

/** A coarse frame comes first when the exact one is predicted to take longer than this, milliseconds. */
export const defaultBudgetMs = 12;

/** Deepest level: 1/64 of the side. */
export const maxReduce = 6;

/** Size of a level: the number of blocks of `2^reduce` pixels that cover a side. */
export function reducedSide(side: number, reduce: number): number {
  return Math.ceil(side / 2 ** reduce);
}

/** The deepest level that still covers a target of `width x height` pixels; 0 when the image is smaller than the target. */
export function reduceToCover(
  imageWidth: number,
  imageHeight: number,
  width: number,
  height: number,
): number {
  let reduce = 0;
  while (
    reduce < maxReduce &&
    reducedSide(imageWidth, reduce + 1) >= width &&
    reducedSide(imageHeight, reduce + 1) >= height
  ) {
    reduce++;
  }
  return reduce;
}

/** The deepest level that is not smaller than `scale`, above 0 up to 1. */
export function reduceForScale(scale: number): number {
  return Math.min(maxReduce, Math.max(0, Math.floor(Math.log2(1 / scale))));
}
