// WebKitGTK, driven by Selenium through WebKitWebDriver on a display of its own (Xvfb).
//
// The engine hides SharedArrayBuffer unless JSC_useSharedArrayBuffer=1 is set, even where crossOriginIsolated is true: without
// the switch a page must end in the single build, with it the engine runs threads. Both are tested, so it is an option here.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Builder, Capabilities } from 'selenium-webdriver';

const evaluateTimeoutMs = 280_000;
const loadTimeoutMs = 20_000;

/** The MiniBrowser of the newest WebKitGTK under the system's library folders. */
function miniBrowser() {
  for (const folder of ['/usr/lib', ...readdirSync('/usr/lib').map((name) => join('/usr/lib', name))]) {
    const path = join(folder, 'webkit2gtk-4.1', 'MiniBrowser');
    if (existsSync(path)) return path;
  }
  throw new Error(
    'Expected the MiniBrowser of webkit2gtk-4.1 (Debian package webkit2gtk-driver), found none',
  );
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** Starts a virtual display; Xvfb picks the number and writes it to descriptor 3. */
async function startDisplay() {
  const child = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((done, failed) => {
    child.once('error', failed).once('exit', (code) => failed(new Error(`Xvfb ended with ${code}`)));
    child.stdio[3].once('data', (data) => done(String(data).trim()));
  });
  return { child, display: `:${number}` };
}

/** Asks a process to end and waits until it has. */
function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once('exit', done);
    child.kill('SIGTERM');
  });
}

/** Until the driver answers on its port; it is asked again on each refused connection while the process lives. */
async function answering(port, child) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`WebKitWebDriver ended with ${child.exitCode}`);
    const status = await fetch(`http://127.0.0.1:${port}/status`).catch((error) => ({ ok: false, error }));
    if (status.ok) return;
    await new Promise((done) => setImmediate(done));
  }
}

/**
 * @param {{sharedArrayBuffer?: boolean}} [options] whether the engine shows SharedArrayBuffer to isolated pages
 * @returns {Promise<import('./index.mjs').Browser>}
 */
export async function launch({ sharedArrayBuffer = true } = {}) {
  const { child: xvfb, display } = await startDisplay();
  const port = await freePort();
  const env = { ...process.env, DISPLAY: display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' };
  delete env.WAYLAND_DISPLAY;
  if (sharedArrayBuffer) env.JSC_useSharedArrayBuffer = '1';
  const service = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], { env, stdio: 'ignore' });
  const stop = async () => {
    await end(service);
    await end(xvfb);
  };
  process.once('exit', () => {
    for (const child of [service, xvfb]) child.kill();
  });
  try {
    await answering(port, service);
    const capabilities = new Capabilities()
      .set('browserName', 'MiniBrowser')
      .set('webkitgtk:browserOptions', { binary: miniBrowser(), args: ['--automation'] });
    const driver = await new Builder()
      .usingServer(`http://127.0.0.1:${port}`)
      .withCapabilities(capabilities)
      .build();
    await driver.manage().setTimeouts({ script: evaluateTimeoutMs, pageLoad: evaluateTimeoutMs });
    return {
      name: 'webkit',
      version: (await driver.getCapabilities()).get('browserVersion') ?? 'unknown',
      async open(url) {
        await driver.get(url);
        // A change of isolation swaps the process, and the driver may answer before the new one has loaded the page.
        const state = () => driver.executeScript('return document.readyState + location.href');
        await driver.wait(
          async () => (await state()) === `complete${url}`,
          loadTimeoutMs,
          `${url} to load`,
          20,
        );
        return {
          raw: driver,
          errors: [],
          evaluate: async (fn, arg) => {
            const answer = await driver.executeAsyncScript(
              `const [arg, done] = arguments; Promise.resolve(arg).then(${fn}).then((value) => done({ value }), (error) => done({ error: String(error && error.stack || error), message: String(error) }));`,
              arg ?? null,
            );
            if (answer.error !== undefined) throw new Error(`${answer.message}\n${answer.error}`);
            return answer.value;
          },
          close: () => driver.get('about:blank'),
        };
      },
      close: async () => {
        await driver.quit().finally(stop);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
