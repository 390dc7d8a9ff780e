// Loads one of the two wasm builds: the only module that imports the Emscripten glue, and by URL, so that bundlers copy the
// file and leave it untouched.
//
// The memory is made here, because its size is the page's choice and because a browser may refuse the first wish. The wasm is
// fetched here, next to the glue and not after it, so that a failure can say what was found instead: a missing file is most
// often an HTML page with status 200.

import type { PipelineMode } from './choose-mode.js';
import { PipelineError } from './errors.js';
import type { NativeModule } from './native-engine.js';

/** One value per build. */
export type PerBuild<T> = { readonly [mode in PipelineMode]?: T | undefined };

/** Where the files are and how much memory to ask for. */
export interface LoadOptions {
  readonly baseUrl?: string | URL | undefined;
  readonly workerUrl?: PerBuild<string | URL> | undefined;
  readonly wasmUrl?: PerBuild<string | URL> | undefined;
  readonly wasmModule?: PerBuild<WebAssembly.Module> | undefined;
  readonly initialMiB: number;
  readonly maximumMiB: number;
}

/** A module and what its memory may grow to. */
export interface LoadedCore {
  readonly module: NativeModule;
  /** Granted maximum, MiB; less than asked for where the browser refused. */
  readonly maximumMiB: number;
}

type Receive = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;

interface GlueOptions {
  noExitRuntime: boolean;
  wasmMemory: WebAssembly.Memory;
  mainScriptUrlOrBlob: string;
  locateFile: () => string;
  printErr: (line: string) => void;
  instantiateWasm: (imports: WebAssembly.Imports, receive: Receive) => object;
}

type Glue = { default: (options: GlueOptions) => Promise<NativeModule> };

/** Pages of 64 KiB in a MiB. */
const pagesPerMiB = 16;

/** Steps down from the wished maximum when a browser refuses it, MiB. */
const maximumLadder = [1024, 512, 384, 256, 128, 64];

/** Loads and instantiates a build; rejects with `ERR_WASM_LOAD`, or `ERR_OUT_OF_MEMORY` when no memory size is granted. */
export async function loadCore(mode: PipelineMode, options: LoadOptions): Promise<LoadedCore> {
  const { memory, maximumMiB } = createMemory(mode === 'threads', options.initialMiB, options.maximumMiB);
  const glueUrl = locate(defaultUrls[mode].glue(), options.workerUrl?.[mode], options.baseUrl);
  const wasmUrl = locate(defaultUrls[mode].wasm(), options.wasmUrl?.[mode], options.baseUrl);
  const [glue, wasm] = await Promise.all([
    importGlue(glueUrl),
    options.wasmModule?.[mode] ?? compile(wasmUrl),
  ]);
  const lines: string[] = [];
  try {
    const module = await new Promise<NativeModule>((resolve, reject) => {
      glue
        .default({
          noExitRuntime: true,
          wasmMemory: memory,
          mainScriptUrlOrBlob: glueUrl,
          locateFile: () => wasmUrl,
          printErr: (line) => lines.push(line),
          instantiateWasm: (imports, receive) => {
            WebAssembly.instantiate(wasm, imports).then((instance) => receive(instance, wasm), reject);
            return {};
          },
        })
        .then(resolve, reject);
    });
    return { module, maximumMiB };
  } catch (error) {
    throw loadError(`Cannot start ${wasmUrl}: ${lines[0] ?? sentence(error)}`, error);
  }
}

/** Creates the memory, stepping down from the wished maximum while the browser throws RangeError. */
export function createMemory(
  shared: boolean,
  initialMiB: number,
  maximumMiB: number,
): { memory: WebAssembly.Memory; maximumMiB: number } {
  const ladder = [maximumMiB, ...maximumLadder.filter((size) => size < maximumMiB)];
  let refusal: unknown;
  for (const size of ladder) {
    const initial = Math.min(initialMiB, size) * pagesPerMiB;
    try {
      const memory = new WebAssembly.Memory({ initial, maximum: size * pagesPerMiB, shared });
      return { memory, maximumMiB: size };
    } catch (error) {
      if (!(error instanceof RangeError)) throw loadError(`Cannot create memory: ${sentence(error)}`, error);
      refusal = error;
    }
  }
  throw new PipelineError(
    'ERR_OUT_OF_MEMORY',
    `The browser grants no memory, not even ${ladder.at(-1)} MiB`,
    {
      cause: refusal,
    },
  );
}

// Each URL is spelled out: bundlers find files by this exact expression.
const defaultUrls = {
  threads: {
    glue: () => new URL('./stopbath-threads.mjs', import.meta.url),
    wasm: () => new URL('./stopbath-threads.wasm', import.meta.url),
  },
  single: {
    glue: () => new URL('./stopbath-single.mjs', import.meta.url),
    wasm: () => new URL('./stopbath-single.wasm', import.meta.url),
  },
};

function locate(fallback: URL, url: string | URL | undefined, baseUrl: string | URL | undefined): string {
  const page = typeof document === 'object' ? document.baseURI : import.meta.url;
  if (url !== undefined) return new URL(url, page).href;
  if (baseUrl === undefined) return fallback.href;
  const folder = new URL(baseUrl, page).href.replace(/\/*$/, '/');
  return new URL(fallback.pathname.split('/').at(-1) ?? '', folder).href;
}

async function importGlue(url: string): Promise<Glue> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ url)) as Glue;
  } catch (error) {
    throw loadError(`Cannot import ${url}: ${sentence(error)}${await describe(url)}`, error);
  }
}

async function compile(url: string): Promise<WebAssembly.Module> {
  try {
    if (url.startsWith('file:')) return await WebAssembly.compile(await readFile(url));
    const response = await fetch(url, { credentials: 'same-origin' });
    if (!response.ok) throw new Error(`status ${response.status}`);
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('application/wasm')) return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    throw loadError(`Cannot compile ${url}: ${sentence(error)}${await describe(url)}`, error);
  }
}

async function readFile(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const node = 'node:fs/promises'; // in a variable, so that bundlers for the web do not look for it
  const files = (await import(/* @vite-ignore */ /* webpackIgnore: true */ node)) as {
    readFile(url: URL): Promise<Uint8Array<ArrayBuffer>>;
  };
  return files.readFile(new URL(url));
}

/** What a URL answers with, for the sentence of an error: status, content type and the first bytes. */
async function describe(url: string): Promise<string> {
  if (url.startsWith('file:')) return '';
  try {
    const response = await fetch(url, { credentials: 'same-origin' });
    const head = new Uint8Array(await response.arrayBuffer()).subarray(0, 24);
    const text = String.fromCharCode(...head).replace(/[^\x20-\x7e]/g, '.');
    const type = response.headers.get('content-type') ?? 'none';
    return ` (status ${response.status}, content type ${type}, first bytes "${text}")`;
  } catch {
    return ' (it cannot be fetched)';
  }
}

function loadError(message: string, cause: unknown): PipelineError {
  return new PipelineError('ERR_WASM_LOAD', message, { cause });
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
