// Makes the shipped module misbehave on command, without a build of its own: the one import that a worker calls while it works
// is the clock, so a clock that hangs, traps or stalls is a unit that does.
//
// A few words of shared memory carry the order (see ../faults.js): the first thread that finds one takes it. In a worker the
// words come as its first message; on the page they are `globalThis.stopbathFaults`.

/**
 * Words of the order. `holding`: 1 for a worker that holds a unit, 0 for one that holds none. `ms`: length of a stall. `taker`:
 * number of the worker that took the last one.
 */
export const word = { kind: 0, holding: 1, ms: 2, taken: 3, taker: 4, length: 5 };

/** What can be ordered. `hang` loops in wasm, which not every engine can end; `spin` loops in JavaScript, which all can. */
export const kinds = { hang: 1, spin: 2, trap: 3, stall: 4, pageTrap: 5 };

const inWorker = typeof WorkerGlobalScope === 'function';
const clock = /^_(clock_time_get|emscripten_get_now)$/;

let words;
let memory;
let seat = 0;
let number = 0;

// (module (func (export "hang") (loop (br 0))) (func (export "trap") (unreachable)))
const bytes = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 3, 2, 0, 0, 7, 15, 2, 4, 104, 97, 110, 103, 0, 0, 4, 116,
  114, 97, 112, 0, 1, 10, 13, 2, 7, 0, 3, 64, 12, 0, 11, 11, 3, 0, 0, 11,
];
const fault = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes))).exports;

/** The worker has announced a unit: the first word of its seat is what it holds (src/workers/worker_pool.h). */
function holdsUnit() {
  return Atomics.load(new BigUint64Array(memory.buffer, seat, 1), 0) !== 0n;
}

function misbehave() {
  const kind = words === undefined ? 0 : Atomics.load(words, word.kind);
  if (kind === 0 || kind === kinds.pageTrap || !inWorker) return;
  if (seat === 0 || holdsUnit() !== (Atomics.load(words, word.holding) === 1)) return;
  if (Atomics.compareExchange(words, word.kind, kind, 0) !== kind) return;
  Atomics.store(words, word.taker, number);
  Atomics.add(words, word.taken, 1);
  if (kind === kinds.hang) fault.hang();
  if (kind === kinds.spin) for (;;);
  if (kind === kinds.stall) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Atomics.load(words, word.ms));
  }
  if (kind === kinds.trap) fault.trap();
}

/** Traps on the page's thread when that was ordered. */
export function trapOnPage() {
  const order = globalThis.stopbathFaults;
  if (Atomics.compareExchange(order, word.kind, kinds.pageTrap, 0) !== kinds.pageTrap) return;
  Atomics.add(order, word.taken, 1);
  fault.trap();
}

/** Wraps the clock among the imports of the module, and takes note of the memory and of the worker's seat. */
function tamper(imports) {
  for (const group of Object.values(imports)) {
    for (const [name, value] of Object.entries(group)) {
      if (value instanceof WebAssembly.Memory) memory = value;
      if (value.name === '_stopbath_worker_main') {
        group[name] = (at, life) => {
          seat = at;
          return value(at, life);
        };
      }
      if (!clock.test(value.name)) continue;
      group[name] = (...args) => {
        misbehave();
        return value(...args);
      };
    }
  }
}

if (inWorker) {
  const { Instance } = WebAssembly;
  WebAssembly.Instance = class extends Instance {
    constructor(module, imports) {
      tamper(imports);
      super(module, imports);
    }
  };
  addEventListener('message', (event) => {
    if (!(event.data?.faults instanceof SharedArrayBuffer)) return;
    words = new Int32Array(event.data.faults);
    number = event.data.number;
    event.stopImmediatePropagation();
  });
}
