// The public names of the package, and that importing it does nothing.
import { expect, test } from 'vitest';
import * as stopbath from '../../web/src/index.js';

test('the public names', () => {
  expect(Object.keys(stopbath).sort()).toMatchInlineSnapshot(`
    [
      "PipelineCoordinator",
      "PipelineError",
      "TraceRecorder",
      "attachImage",
      "descriptorHash",
      "detectCapabilities",
      "effectDescriptors",
      "isAbort",
      "parseCube",
    ]
  `);
});

test('capabilities can be asked for outside of a browser', async () => {
  const found = await stopbath.detectCapabilities();
  expect(found).toMatchObject({ crossOriginIsolated: false, threads: false, simd: true, videoFrame: false });
});
