// The other end of detectCapabilities(): writes one word into the page's memory and says so.

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<WebAssembly.Memory>) => void) | null;
  postMessage(message: string): void;
};

scope.onmessage = (event) => {
  Atomics.store(new Int32Array(event.data.buffer), 0, 1);
  scope.postMessage('stored');
};

export {};
