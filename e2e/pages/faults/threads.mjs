// The shipped glue of the threads build with faults on command, for the page and for each worker alike: both load this file.

import './inject.js'; // first: in a worker the glue starts as soon as it is loaded

import create from '/dist/stopbath-threads.mjs';
import { trapOnPage } from './inject.js';

export default async (options) => {
  const module = await create(options);
  const { step } = module.Engine.prototype;
  module.Engine.prototype.step = function (...args) {
    trapOnPage();
    return step.apply(this, args);
  };
  return module;
};
