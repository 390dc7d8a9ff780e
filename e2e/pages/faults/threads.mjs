// The shipped glue of the threads build with faults on command, for the page and for each worker alike: both load this file.

import './inject.js'; // first: in a worker the glue starts as soon as it is loaded

import create from '/dist/stopbath-threads.mjs';
import { trapOnPage } from './inject.js';

export default async (options) => {
  const module = await create(options);
  const { _stopbath_step: step } = module;
  module._stopbath_step = (...args) => {
    trapOnPage();
    return step(...args);
  };
  return module;
};
