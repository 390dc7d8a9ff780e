// From a fresh clone to the demo in a browser: sets the machine up, builds, and serves the demo on 127.0.0.1.
// The demo's own configuration sends the isolation headers that threads need. Usage: npm start [-- --port N]
import { buildPackage, runTool } from './build.mjs';
import { fail } from './lib/process.mjs';

try {
  buildPackage();
  console.log('start: serving the demo; stop with Ctrl-C');
  runTool('vite/bin/vite.js', ['web/demo', '--host', '127.0.0.1', ...process.argv.slice(2)]);
} catch (error) {
  fail(error);
}
