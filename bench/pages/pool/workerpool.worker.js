// A worker of workerpool with one function that does nothing.
importScripts('/packages/workerpool/dist/workerpool.js');

workerpool.worker({ empty: () => {} });
