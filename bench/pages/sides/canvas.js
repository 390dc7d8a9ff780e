// The browser's own: a canvas filter, or a scaled drawImage, on canvases that live in ordinary memory and are reused.

const filters = {
  blur: ({ sigma }) => `blur(${sigma}px)`,
  contrast: ({ amount }) => `contrast(${amount})`,
  invert: () => 'invert(1)',
};

function canvasOf(width, height) {
  const canvas = new OffscreenCanvas(width, height);
  return { canvas, context: canvas.getContext('2d', { willReadFrequently: true }) };
}

export async function makeCanvas({ data, width, height }) {
  const source = canvasOf(width, height);
  const target = canvasOf(width, height);
  const pixels = new ImageData(new Uint8ClampedArray(data), width, height);
  source.context.putImageData(pixels, 0, 0);
  const isResize = (operation) => operation[0].kind === 'resize';

  function draw(operation) {
    const { canvas, context } = target;
    if (isResize(operation)) {
      canvas.width = Math.round(width * operation[0].share);
      canvas.height = Math.round(height * operation[0].share);
      context.imageSmoothingQuality = 'high';
      context.drawImage(source.canvas, 0, 0, canvas.width, canvas.height);
      return;
    }
    if (canvas.width !== width) Object.assign(canvas, { width, height });
    context.filter = operation.map((step) => filters[step.kind](step)).join(' ');
    context.drawImage(source.canvas, 0, 0);
  }

  return {
    supports: (operation) => isResize(operation) || operation.every(({ kind }) => kind in filters),
    async endToEnd(operation) {
      const start = performance.now();
      source.context.putImageData(pixels, 0, 0);
      draw(operation);
      target.context.getImageData(0, 0, target.canvas.width, target.canvas.height);
      return performance.now() - start;
    },
    async compute(operation) {
      const start = performance.now();
      draw(operation);
      target.context.getImageData(0, 0, 1, 1); // waits for what was drawn
      return performance.now() - start;
    },
    dispose: async () => {},
  };
}
