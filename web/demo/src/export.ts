// Export: the chain at full resolution, encoded, handed to the browser as a download.

import type { Chain, PipelineCoordinator } from 'stopbath';
import type { Activity } from './notice';
import { megapixels } from './scene';
import type { Photo } from './session';

export interface ExportFormat {
  readonly label: string;
  readonly detail: string;
  readonly type: string;
  readonly extension: string;
  readonly quality?: number;
}

/** A format in a colour space that the file then names. */
export interface ExportChoice {
  readonly format: ExportFormat;
  readonly colorSpace: PredefinedColorSpace;
}

export const exportSpaces: readonly { readonly label: string; readonly colorSpace: PredefinedColorSpace }[] =
  [
    { label: 'sRGB', colorSpace: 'srgb' },
    { label: 'Display P3', colorSpace: 'display-p3' },
  ];

export const exportFormats: readonly ExportFormat[] = [
  { label: 'JPEG', detail: 'Quality 92, for sharing', type: 'image/jpeg', extension: 'jpg', quality: 0.92 },
  { label: 'WebP', detail: 'Quality 90, smaller', type: 'image/webp', extension: 'webp', quality: 0.9 },
  { label: 'PNG', detail: 'Lossless', type: 'image/png', extension: 'png' },
];

export async function exportPhoto(
  coordinator: PipelineCoordinator,
  photo: Photo,
  chain: Chain,
  { format, colorSpace }: ExportChoice,
  activity: Activity,
): Promise<void> {
  activity.say(`Rendering ${megapixels(photo.image)} at full resolution`);
  const result = await coordinator.render(photo.image, chain, {
    colorSpace,
    signal: activity.signal,
    onProgress: (progress) => activity.advance(progress.fraction),
  });
  try {
    activity.say(`Encoding ${format.label}`);
    const blob = await result.toBlob({ type: format.type, quality: format.quality });
    activity.signal.throwIfAborted();
    download(blob, `${photo.name.replace(/\.[^.]+$/, '')}-stopbath.${format.extension}`);
  } finally {
    result.close();
  }
}

/** How long a finished file stays readable for the download. */
const keepMs = 30_000;

function download(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Some browsers read the address only after the click was handled.
  setTimeout(() => URL.revokeObjectURL(link.href), keepMs);
}
