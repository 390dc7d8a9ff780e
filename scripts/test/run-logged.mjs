// Runs one command of a test part with its output in the part's log, and stops it with all its children when it
// exceeds its time or when the test run itself is interrupted.
import { spawn } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import { root } from '../toolchain.mjs';

/** Appends the output of `command` to `log` and resolves with its exit code; 124 when it ran out of time. */
export function runLogged([program, ...args], log, { env = {}, minutes = 15 }) {
  const output = openSync(log, 'a');
  writeSync(output, `$ ${[program, ...args].join(' ')}\n`);
  return new Promise((resolve, reject) => {
    const settings = {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
      detached: true,
    };
    const child = spawn(program, args, settings);
    let timedOut = false;
    const stop = () => process.kill(-child.pid, 'SIGKILL');
    const interrupt = () => {
      stop();
      process.exit(130);
    };
    const timer = setTimeout(() => {
      timedOut = true;
      writeSync(output, `\nstopped: still running after ${minutes} minutes\n`);
      stop();
    }, minutes * 60_000);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, interrupt);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupt);
      closeSync(output);
      resolve(timedOut ? 124 : (code ?? 1));
    });
  });
}
