// A worker as a user of the package writes it: views posted images in place, and answers what it sees.
import { attachImage } from '/dist/index.js';

const attached = new Map();

const sum = (pixels) => pixels.reduce((total, value) => (total * 31 + value) >>> 0, 7);

const does = {
  attach: async (name, descriptor) => {
    const image = await attachImage(descriptor);
    attached.set(name, image);
    const { width, height, stride, revision } = image;
    const shared =
      typeof SharedArrayBuffer === 'function' && image.pixels.buffer instanceof SharedArrayBuffer;
    return { width, height, stride, revision, shared };
  },
  sum: (name) => sum(attached.get(name).pixels),
  release: (name) => attached.get(name).release(),
};

self.onmessage = async ({ data: { id, call, name, descriptor } }) => {
  try {
    postMessage({ id, value: await does[call](name, descriptor) });
  } catch ({ code, message }) {
    postMessage({ id, error: { code, message } });
  }
};
