// What the kernels bench asks of every side, by name: the setting is data, each side knows how its own library says it.
//
// Contrast turns around mid grey; a resize gives about half the width, 1920 for 12 megapixels. The peers mix encoded values.

export const operations = {
  contrast: [{ kind: 'contrast', amount: 1.3 }],
  'blur sigma 2': [{ kind: 'blur', sigma: 2 }],
  'blur sigma 10': [{ kind: 'blur', sigma: 10 }],
  'unsharp 2, 0.8': [{ kind: 'unsharp', sigma: 2, amount: 0.8 }],
  'blur + contrast + unsharp': [
    { kind: 'blur', sigma: 2 },
    { kind: 'contrast', amount: 1.3 },
    { kind: 'unsharp', sigma: 2, amount: 0.8 },
  ],
  'median 3x3': [{ kind: 'median', size: 3 }],
  'resize, Lanczos3': [{ kind: 'resize', share: 0.48 }],
  'resize, ours in linear light': [{ kind: 'resize', share: 0.48, light: true }],
  'point-wise chain': [
    { kind: 'levels', black: 12, white: 240 },
    { kind: 'contrast', amount: 1.3 },
    { kind: 'invert' },
  ],
};
