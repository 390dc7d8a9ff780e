// Colour spaces in a browser that has them: what sources declare is kept, results and exports are in the space that was asked
// for, and conversions agree with the browser's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modes, useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 40_000;

for (const createOptions of modes) {
  const { mode } = createOptions;

  test(`sources keep the colour space that they declare, ${mode}`, { timeout }, async (t) => {
    const { page } = await openPage(t);
    const seen = await page.evaluate(async (options) => {
      const pipeline = await harness.stopbath.PipelineCoordinator.create(options);
      const seen = {};
      const take = async (name, source, importOptions) => {
        const image = await pipeline.importImage(source, importOptions);
        seen[name] = [image.colorSpace, ...image.read((pixels) => pixels.slice(0, 4))].join(' ');
        image.close();
      };
      const red = new Uint8ClampedArray([255, 0, 0, 255, 255, 0, 0, 255]);
      for (const colorSpace of ['srgb', 'display-p3']) {
        const imageData = new ImageData(red.slice(), 2, 1, { colorSpace });
        const canvas = new OffscreenCanvas(2, 1);
        canvas.getContext('2d', { colorSpace }).putImageData(imageData, 0, 0);
        const element = document.createElement('canvas');
        Object.assign(element, { width: 2, height: 1 });
        element.getContext('2d', { colorSpace }).putImageData(imageData, 0, 0);
        const file = await canvas.convertToBlob({ type: 'image/png' });
        const bitmap = await createImageBitmap(canvas);
        const frame = new VideoFrame(canvas, { timestamp: 0 });
        await take(`raw ${colorSpace}`, { data: red, width: 2, height: 1, colorSpace });
        await take(`ImageData ${colorSpace}`, imageData);
        await take(`OffscreenCanvas ${colorSpace}`, canvas);
        await take(`canvas ${colorSpace}`, element);
        await take(`file ${colorSpace}`, file);
        await take(`ImageBitmap ${colorSpace}`, bitmap);
        await take(`VideoFrame ${colorSpace}`, frame);
        bitmap.close();
        frame.close();
      }
      const toP3 = { colorSpace: 'display-p3' };
      await take('raw into', { data: red, width: 2, height: 1 }, toP3);
      await take('ImageData into', new ImageData(red.slice(), 2, 1), toP3);
      const plain = document.createElement('canvas');
      await take('canvas without a context', plain);
      seen.context = Boolean(plain.getContext('webgl2')); // asking took nothing from the canvas
      await pipeline.dispose();
      return { ...seen, inUse: pipeline.stats().buffers.inUse };
    }, createOptions);
    for (const [name, got] of Object.entries(seen)) {
      const space = name.split(' ')[1];
      if (space === 'srgb' || space === 'display-p3') assert.equal(got, `${space} 255 0 0 255`, name);
    }
    assert.equal(seen['raw into'], 'display-p3 234 51 35 255');
    assert.equal(seen['ImageData into'], 'display-p3 234 51 35 255');
    assert.equal(seen['canvas without a context'], 'srgb 0 0 0 0');
    assert.ok(seen.context);
    assert.equal(seen.inUse, 0);
  });

  test(`results and exports are in the colour space that was asked for, ${mode}`, { timeout }, async (t) => {
    const { page } = await openPage(t);
    const seen = await page.evaluate(async (options) => {
      const pipeline = await harness.stopbath.PipelineCoordinator.create(options);
      const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255]);
      const photo = await pipeline.importImage({ data, width: 2, height: 1, colorSpace: 'display-p3' });
      const first = (pixels) => [...pixels.slice(0, 4)].join(' ');
      const seen = {};
      for (const colorSpace of [undefined, 'srgb']) {
        const name = colorSpace ?? 'own';
        const result = await pipeline.render(photo, [], { colorSpace });
        seen[`render ${name}`] = `${result.colorSpace} ${result.read(first)}`;
        const { frame } = await pipeline.preview(photo, [], { colorSpace }).outcome;
        seen[`preview ${name}`] = `${frame.image.colorSpace} ${frame.image.read(first)}`;
        frame.image.close();
        const imageData = await photo.toImageData({ colorSpace });
        seen[`toImageData ${name}`] = `${imageData.colorSpace} ${first(imageData.data)}`;
        // What browsers make of a bitmap and of a file, read in the space that they should have.
        const space = colorSpace ?? 'display-p3';
        const read = (picture) => {
          const context = new OffscreenCanvas(2, 1).getContext('2d', { colorSpace: 'display-p3' });
          context.drawImage(picture, 0, 0);
          const { primaries } = new VideoFrame(picture, { timestamp: 0 }).colorSpace;
          const pixel = first(context.getImageData(0, 0, 1, 1, { colorSpace: space }).data);
          return `${primaries === 'smpte432' ? 'display-p3' : 'srgb'} ${pixel}`;
        };
        seen[`toImageBitmap ${name}`] = read(await photo.toImageBitmap({ colorSpace }));
        seen[`toBlob ${name}`] = read(await createImageBitmap(await photo.toBlob({ colorSpace })));
        const videoFrame = result.toVideoFrame({ timestamp: 0 });
        seen[`toVideoFrame ${name}`] = read(videoFrame);
        videoFrame.close();
        result.close();
        const canvas = new OffscreenCanvas(2, 1);
        const context = canvas.getContext('2d', { colorSpace: space });
        await photo.drawTo(canvas);
        seen[`drawTo ${name}`] =
          `${space} ${first(context.getImageData(0, 0, 1, 1, { colorSpace: space }).data)}`;
      }
      const refused = [];
      for (const call of [
        () => pipeline.render(photo, [], { colorSpace: 'rec2020' }),
        () => pipeline.preview(photo, [], { colorSpace: 'srgb-linear' }),
        () => photo.toImageData({ colorSpace: 7 }),
        () => photo.toBlob({ colorSpace: null }),
        () => photo.toImageBitmap('srgb'),
      ]) {
        const { ok, code } = await harness.plainOutcome((async () => call())());
        refused.push(ok ? 'taken' : code);
      }
      photo.close();
      await pipeline.dispose();
      return { seen, refused, inUse: pipeline.stats().buffers.inUse };
    }, createOptions);
    for (const [name, got] of Object.entries(seen.seen)) {
      const space = name.endsWith('own') ? 'display-p3' : 'srgb';
      assert.equal(got, `${space} 255 0 0 255`, name);
    }
    assert.deepEqual(new Set(seen.refused), new Set(['ERR_INVALID_PARAMS']));
    assert.equal(seen.inUse, 0);
  });

  test(`conversions agree with the browser's own within two levels, ${mode}`, { timeout }, async (t) => {
    const { page } = await openPage(t);
    const most = await page.evaluate(async (options) => {
      const pipeline = await harness.stopbath.PipelineCoordinator.create(options);
      const width = 18 * 18;
      const height = 18;
      const data = new Uint8ClampedArray(width * height * 4);
      for (let i = 0; i < width * height; i++) {
        data.set([(i % 18) * 15, (Math.floor(i / 18) % 18) * 15, Math.floor(i / width) * 15, 255], i * 4);
      }
      const most = {};
      for (const [from, to] of [
        ['srgb', 'display-p3'],
        ['display-p3', 'srgb'],
      ]) {
        const context = new OffscreenCanvas(width, height).getContext('2d', { colorSpace: to });
        const source = new OffscreenCanvas(width, height);
        source
          .getContext('2d', { colorSpace: from })
          .putImageData(new ImageData(data, width, height, { colorSpace: from }), 0, 0);
        context.drawImage(source, 0, 0);
        const theirs = context.getImageData(0, 0, width, height, { colorSpace: to }).data;
        const image = await pipeline.importImage({ data, width, height, colorSpace: from });
        const { data: ours } = await image.toImageData({ colorSpace: to });
        image.close();
        most[`${from} to ${to}`] = ours.reduce((max, v, i) => Math.max(max, Math.abs(v - theirs[i])), 0);
      }
      await pipeline.dispose();
      return most;
    }, createOptions);
    t.diagnostic(`largest difference from drawImage: ${JSON.stringify(most)}`);
    for (const [name, levels] of Object.entries(most)) assert.ok(levels <= 2, `${name}: ${levels}`);
  });
}
