// A worker of comlink with one function that does nothing.
import { expose } from '/packages/comlink/dist/esm/comlink.mjs';

expose({ empty: () => {} });
