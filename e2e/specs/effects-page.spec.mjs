// The reference of effects, as built: one article per descriptor, whose example really changes the picture, in both builds.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { useChromium } from '../support.mjs';

const openPage = useChromium();
const timeout = 120_000;

/** Every effect of the page: its size before and after, and the share of bytes that its example changed. */
async function readArticles() {
  await window.stopbathEffects.whenDrawn();
  const bytes = (canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  return [...document.querySelectorAll('article')].map((article) => {
    const [before, after] = article.querySelectorAll('canvas');
    const [a, b] = [bytes(before), bytes(after)];
    let changed = 0;
    if (a.length === b.length) for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) changed += 1;
    return {
      name: article.id,
      changed: a.length === b.length ? changed / a.length : 1,
      seen: b.some((v) => v > 0),
      text: article.textContent,
    };
  });
}

describe('the page of effects', () => {
  for (const query of ['', '?mode=single']) {
    test(`${query || 'threads'}: has every effect with its parameters and an example that shows`, {
      timeout,
    }, async (t) => {
      const { page } = await openPage(t, { path: `/demo/effects.html${query}` });
      await page.raw.waitForFunction(() => window.stopbathEffects);
      const articles = await page.evaluate(readArticles);
      assert.deepEqual(await page.evaluate(() => window.stopbathEffects.failures), []);
      const names = await page.evaluate(async () => {
        const { effectDescriptors } = await import('/dist/index.js');
        return effectDescriptors.map(({ name, params }) => ({ name, params: params.map((p) => p.name) }));
      });
      assert.deepEqual(articles.map(({ name }) => name).sort(), names.map(({ name }) => name).sort());
      for (const { name, changed, seen, text } of articles) {
        assert.ok(changed > 0.01, `the example of ${name} changes the picture (${changed})`);
        assert.ok(seen, `the result of ${name} is not empty`);
        for (const param of names.find((one) => one.name === name).params)
          assert.ok(text.includes(param), `${name}.${param} is documented`);
      }
    });
  }
});
