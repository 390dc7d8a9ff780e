// The package's public names. Importing this has no effect: nothing is loaded or started before `create()`.

export type { Admission, PressureDetail } from './admission.js';
export {
  type AttachedImage,
  attachImage,
  type ImageLease,
  type SharedImageDescriptor,
} from './attach-image.js';
export { type Capabilities, detectCapabilities } from './capabilities.js';
export type { ModeReason, PipelineMode } from './choose-mode.js';
export { PipelineCoordinator } from './coordinator.js';
export { type CubeFile, parseCube } from './cube.js';
export * from './effects.generated.js';
export type { Chain } from './encode-chain.js';
export { type FailedTask, isAbort, PipelineError, type PipelineErrorCode } from './errors.js';
export type { PerBuild } from './load-core.js';
export type {
  ImageSource,
  ImportOptions,
  PipelineOptions,
  PoolSnapshot,
  PreviewOptions,
  Priority,
  Progress,
  RawPixels,
  RequestOptions,
  TargetCanvas,
  WorkerOptions,
} from './options.js';
export type { BlobOptions, ExportOptions, FrameInit, PixelImage, Rect } from './pixel-image.js';
export type { PreviewFrame, PreviewJob, PreviewOutcome, Timings } from './preview-job.js';
export type { Latency, LatencyName, PipelineStats, ScaleReason, WorkerStats } from './stats.js';
export type { TaskEnd, TaskEndEvent } from './submission.js';
export type { FlightRecord, TelemetryBatch, TelemetryHooks, UnitRecord } from './telemetry.js';
export { type Trace, type TraceEvent, TraceRecorder } from './trace-recorder.js';
