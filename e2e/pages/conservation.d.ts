// The types of conservation.js, for the unit tests.
import type { PipelineStats } from '../../web/src/stats.js';

export function brokenIdentity(stats: PipelineStats): string | undefined;
