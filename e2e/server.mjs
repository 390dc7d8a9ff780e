// A static server on 127.0.0.1 for pages, package, demo and photos, with the headers a test asks for.
//
// One server is one origin with one policy: isolated or not, strict content security policy or none, and a list of faults that
// make chosen requests fail. The worker script and the page's module may be one file, so a fault can also match the request's
// destination (`Sec-Fetch-Dest`). Every request is logged for the tests that ask what was loaded.
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(new URL('..', import.meta.url)));

/** Where each first path segment is served from; the first folder that exists wins. */
const mounts = {
  dist: ['dist'],
  pages: ['e2e/pages'],
  bench: ['bench/pages'],
  demo: ['web/demo/dist'],
  photos: ['../shared/photos'],
  expected: ['build/e2e'],
  packages: ['node_modules'],
};

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
};

const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** The policy under which the package promises to work: no inline script, no eval, no blob. */
export const strictPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; img-src 'self'; style-src 'self'";

/** The file a URL path names, or undefined when it leaves its folder or does not exist. */
function fileOf(pathname) {
  const [, mount, ...rest] = decodeURIComponent(pathname).split('/');
  const folders = Object.hasOwn(mounts, mount) ? mounts[mount] : [];
  const folder = folders.map((name) => resolve(root, name)).find((path) => existsSync(path));
  if (!folder) return undefined;
  let path = join(folder, normalize(join(sep, ...rest)));
  if (existsSync(path) && statSync(path).isDirectory()) path = join(path, 'index.html');
  return existsSync(path) ? path : undefined;
}

/** The photo's URL path when the photos lie beside the repository, else undefined. */
export const photoPath = (name) => (fileOf(`/photos/${name}`) ? `/photos/${name}` : undefined);

/**
 * Starts a server on a free port.
 * @param {object} [options]
 * @param {boolean} [options.isolated] sends the headers that make the page cross-origin isolated; default true
 * @param {string} [options.policy] content security policy of every document and worker; default none
 * @param {{path: RegExp, dest?: string, status: number}[]} [options.faults] requests that fail with a status;
 *   status 0 never answers
 * @returns {Promise<{origin: string, requests: {path: string, dest: string, status: number}[], close: () => Promise<void>}>}
 */
export async function startServer({ isolated = true, policy, faults = [] } = {}) {
  const requests = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    const dest = String(request.headers['sec-fetch-dest'] ?? '');
    const answer = (status, headers = {}) => {
      requests.push({ path, dest, status });
      response.writeHead(status, {
        'Cache-Control': 'no-cache',
        'Cross-Origin-Resource-Policy': 'same-origin',
        ...(isolated ? isolationHeaders : {}),
        ...(policy ? { 'Content-Security-Policy': policy } : {}),
        ...headers,
      });
    };
    const fault = faults.find((f) => f.path.test(path) && (!f.dest || f.dest === dest));
    if (fault?.status === 0) {
      requests.push({ path, dest, status: 0 });
      return;
    }
    const file = fault || path === '/favicon.ico' ? undefined : fileOf(path);
    if (!file) {
      answer(fault?.status ?? (path === '/favicon.ico' ? 204 : 404), { 'Content-Type': 'text/plain' });
      response.end();
      return;
    }
    const { size, mtimeMs } = statSync(file);
    const tag = `"${size}-${Math.round(mtimeMs)}"`;
    if (request.headers['if-none-match'] === tag) {
      answer(304, { ETag: tag });
      response.end();
      return;
    }
    answer(200, {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Content-Length': size,
      ETag: tag,
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  });
  await new Promise((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    requests,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
