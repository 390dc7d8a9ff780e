// A new ImageData of a colour space, by the constructor that every engine has.
//
// Firefox 153 refuses settings after width and height alone ("Argument 1 is not an object"), so the bytes are made here.

/** A transparent ImageData of `width` x `height` pixels. */
export function makeImageData(width: number, height: number, colorSpace: PredefinedColorSpace): ImageData {
  return new ImageData(new Uint8ClampedArray(width * height * 4), width, height, { colorSpace });
}
