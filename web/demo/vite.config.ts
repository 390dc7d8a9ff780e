// How the demo is served: the page, the built package as it is, and the headers that decide the mode.
//
// Default: cross-origin isolated, so that threads are possible. `STOPBATH_ISOLATION=off` or `--mode plain` leaves the
// isolation headers out, as on a host that cannot set them. The package comes from the repository's dist/ and reaches the
// browser untouched: its modules are not pre-bundled, and its engine files keep their bytes.

import { createReadStream, existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const dist = resolve(import.meta.dirname, '../../dist');
const pages = ['index.html', 'effects.html'];

/** The policy that the built page runs under; `wasm-unsafe-eval` lets WebAssembly compile, and nothing else is evaluated. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Answers requests for the engine's own files from dist/ before Vite would transform them. */
function engineFilesAsTheyAre(headers: Record<string, string>): Plugin {
  const types: Record<string, string> = { '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
  return {
    name: 'engine-files-as-they-are',
    apply: 'serve',
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = basename((request.url ?? '').split('?')[0] ?? '');
        const match = /^stopbath-[a-z]+(\.mjs|\.wasm)$/.exec(name);
        const file = resolve(dist, name);
        if (!match || !existsSync(file)) return next();
        response.writeHead(200, {
          ...headers,
          'Content-Type': types[match[1] ?? ''],
          'Cache-Control': 'no-cache',
        });
        createReadStream(file).pipe(response);
      });
    },
  };
}

/** Writes the policy into the built page, so that it also holds on hosts that set no headers. */
function policyInPage(): Plugin {
  return {
    name: 'policy-in-page',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig(({ mode }) => {
  const isolated = mode !== 'plain' && process.env.STOPBATH_ISOLATION !== 'off';
  const headers: Record<string, string> = isolated ? isolationHeaders : {};
  return {
    root: import.meta.dirname,
    base: './',
    resolve: { alias: { stopbath: resolve(dist, 'index.js') } },
    optimizeDeps: { exclude: ['stopbath'] },
    server: { host: '127.0.0.1', headers, fs: { allow: [resolve(import.meta.dirname, '../..')] } },
    preview: { host: '127.0.0.1', headers: { ...headers, 'Content-Security-Policy': contentSecurityPolicy } },
    // Small files stay files: the policy admits no script from a data: address.
    build: {
      target: 'es2022',
      assetsInlineLimit: 0,
      outDir: 'dist',
      emptyOutDir: true,
      rollupOptions: { input: pages.map((page) => resolve(import.meta.dirname, page)) },
    },
    worker: { format: 'es' },
    plugins: [engineFilesAsTheyAre(headers), policyInPage()],
  };
});
