// What a canvas shows, read so that the canvas under test keeps its own context as it is.

/** A canvas of this size in the page. */
export function canvasOf(width, height) {
  return document.body.appendChild(Object.assign(document.createElement('canvas'), { width, height }));
}

/** The straight RGBA bytes that a canvas shows. */
export function shown(canvas) {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
    willReadFrequently: true,
  });
  copy.drawImage(canvas, 0, 0);
  return copy.getImageData(0, 0, canvas.width, canvas.height).data;
}

/** What a canvas of the picture's size shows after these bytes were put on it: its storage is premultiplied. */
export function asShown(bytes, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d').putImageData(new ImageData(new Uint8ClampedArray(bytes), width, height), 0, 0);
  return shown(canvas);
}
