// From a fresh clone to the demo in a browser: sets the machine up, builds, and serves the demo on 127.0.0.1.
// The demo's own configuration sends the isolation headers that threads need. Usage: npm start [-- --port N]
// The server runs in this process, so that stopping the command stops the server.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackage } from './build.mjs';
import { fail } from './lib/process.mjs';
import { root } from './toolchain.mjs';

try {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '5173' } } });
  buildPackage();
  const { createServer } = await import('vite'); // not before the build has installed it
  const server = await createServer({
    root: join(root, 'web/demo'),
    configFile: join(root, 'web/demo/vite.config.ts'),
    server: { host: '127.0.0.1', port: Number(values.port) },
  });
  await server.listen();
  console.log('start: serving the demo; stop with Ctrl-C');
  server.printUrls();
} catch (error) {
  fail(error);
}
