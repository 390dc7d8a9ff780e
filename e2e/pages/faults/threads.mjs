// The shipped glue of the threads build with faults on command, for the page and for each worker alike: both load this file.
import './inject.js';

export { default } from '/dist/stopbath-threads.mjs';
