// Generated from the effects of the core by `npm run generate`. Do not edit.

import type { PixelImage } from './pixel-image.js';

/**
 * Softens the image with a bell-shaped filter; the time does not depend on sigma.
 *
 * Works in encoded values. Source: Gaussian filter; coarse grid and cubic B-spline after Unser, Aldroubi and Eden, 1993.
 * @example { effect: 'gaussian-blur', sigma: 8 }
 */
export interface GaussianBlurStep {
  effect: 'gaussian-blur';
  /** Standard deviation of the blur; 0 leaves the image as it is. From 0 to 250 px of the full-resolution image. Default 2. */
  sigma?: number;
}

/**
 * Stretches the tones between two input levels over two output levels, with a gamma between.
 *
 * Works in encoded values. Source: the levels tool of photo editors; W3C Filter Effects feFuncR type=gamma.
 * @example { effect: 'levels', black: 12, white: 240, gamma: 1.1 }
 */
export interface LevelsStep {
  effect: 'levels';
  /** Input level that becomes output black. From 0 to 255 levels. Default 0. */
  black?: number;
  /** Input level that becomes output white; above `black`. From 0 to 255 levels. Default 255. */
  white?: number;
  /** Brightness of the middle tones; above 1 is brighter. From 0.1 to 10. Default 1. */
  gamma?: number;
  /** Darkest level of the result. From 0 to 255 levels. Default 0. */
  outputBlack?: number;
  /** Lightest level of the result. From 0 to 255 levels. Default 255. */
  outputWhite?: number;
}

/**
 * Brightens or darkens as a longer or shorter exposure would.
 *
 * Works in linear light. Source: photographic stops; linear light by IEC 61966-2-1.
 * @example { effect: 'exposure', stops: 0.5 }
 */
export interface ExposureStep {
  effect: 'exposure';
  /** Doublings of the light; -1 halves it. From -5 to 5 stops. Default 0. */
  stops?: number;
}

/**
 * Makes colours stronger or weaker without changing their brightness.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, saturate().
 * @example { effect: 'saturation', amount: 1.3 }
 */
export interface SaturationStep {
  effect: 'saturation';
  /** 0 is grey, 1 leaves the image as it is, above 1 colours grow stronger. From 0 to 3. Default 1. */
  amount?: number;
}

/**
 * Darkens the image towards its corners, as a lens does.
 *
 * Works in linear light. Source: smoothstep falloff over an ellipse; linear light by IEC 61966-2-1.
 * @example { effect: 'vignette', strength: 0.6, radius: 0.3 }
 */
export interface VignetteStep {
  effect: 'vignette';
  /** Share of the light that is lost in full shade; 0 leaves the image as it is. From 0 to 1. Default 0.5. */
  strength?: number;
  /** Distance from the centre where the shade begins; 1 is a corner. From 0 to 1. Default 0.4. */
  radius?: number;
  /** Width of the transition, as a part of the distance to a corner. From 0.01 to 1. Default 0.6. */
  softness?: number;
  /** 0 follows the frame, 1 is a circle. From 0 to 1. Default 0. */
  roundness?: number;
}

/**
 * Turns the image into its negative.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, invert().
 * @example { effect: 'invert' }
 */
export interface InvertStep {
  effect: 'invert';
  /** 0 leaves the image as it is, 0.5 is plain grey, 1 is the negative. From 0 to 1. Default 1. */
  amount?: number;
}

/**
 * Strengthens the finest detail, with a filter of 3 x 3 pixels.
 *
 * Works in encoded values. Source: discrete Laplacian of four neighbours.
 * @example { effect: 'sharpen', amount: 0.8 }
 */
export interface SharpenStep {
  effect: 'sharpen';
  /** Strength; 0 leaves the image as it is. From 0 to 4. Default 0.5. */
  amount?: number;
}

/**
 * Removes specks and noise but keeps edges: the middle value of a square of pixels.
 *
 * Works in encoded values. Source: Tukey, 1977; forgetful selection after Paeth, Graphics Gems, 1990.
 * @example { effect: 'median', radius: 2 }
 */
export interface MedianStep {
  effect: 'median';
  /** Half the side of the square, without its centre; 0 leaves the image as it is. From 0 to 3 px of the full-resolution image. Default 1. */
  radius?: number;
}

/**
 * Smears the image along a line, as a moving camera does.
 *
 * Works in encoded values. Source: box filter along a line, linear interpolation across it.
 * @example { effect: 'motion-blur', length: 20, angle: 30 }
 */
export interface MotionBlurStep {
  effect: 'motion-blur';
  /** Length of the motion; up to 1 leaves the image as it is. From 0 to 100 px of the full-resolution image. Default 12. */
  length?: number;
  /** Direction of the motion; 0 is along a row, 90 along a column. From -180 to 180 degrees. Default 0. */
  angle?: number;
}

/**
 * Draws edges bright on black, by the length of the Sobel gradient.
 *
 * Works in encoded values. Source: Sobel and Feldman, 1968; luma by ITU-R BT.709.
 * @example { effect: 'edge-detect', gain: 2 }
 */
export interface EdgeDetectStep {
  effect: 'edge-detect';
  /** Brightness of the edges; 1 draws a step from black to white in white. From 0 to 8. Default 1. */
  gain?: number;
  /** Edges of the luma in grey instead of edges of each channel. Default true. */
  monochrome?: boolean;
}

/**
 * Turns the image into a grey relief that is lit from one side.
 *
 * Works in encoded values. Source: directional derivative by the Sobel differences.
 * @example { effect: 'emboss', strength: 1.5, angle: 135 }
 */
export interface EmbossStep {
  effect: 'emboss';
  /** Height of the relief; 0 is even grey. From 0 to 4. Default 1. */
  strength?: number;
  /** Direction that the light comes from; 0 is the left, 90 is above. From -180 to 180 degrees. Default 45. */
  angle?: number;
}

/**
 * Sharpens by the difference between the image and its blur, of any width.
 *
 * Works in encoded values. Source: unsharp masking of photographic printing; soft threshold after Donoho, 1995.
 * @example { effect: 'unsharp-mask', sigma: 2, amount: 0.8, threshold: 3 }
 */
export interface UnsharpMaskStep {
  effect: 'unsharp-mask';
  /** Standard deviation of the blur; 0 leaves the image as it is. From 0 to 100 px of the full-resolution image. Default 2. */
  sigma?: number;
  /** Strength; 0 leaves the image as it is. From 0 to 5. Default 0.8. */
  amount?: number;
  /** Differences from the blur up to this are left alone. From 0 to 255 levels. Default 0. */
  threshold?: number;
}

/**
 * Mixes new red, green and blue from the old ones by a matrix of your own.
 *
 * Works in encoded values. Source: SVG and W3C Filter Effects feColorMatrix type=matrix, its rows for colour.
 * @example { effect: 'color-matrix', matrix: [0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0] }
 */
export interface ColorMatrixStep {
  effect: 'color-matrix';
  /** Rows for red, green and blue: the share of red, green and blue, and an offset where 1 is white. 12 numbers, from -8 to 8. Default [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]. */
  matrix?: readonly number[];
}

/**
 * Changes tones by curves through points, for all channels and for each.
 *
 * Works in encoded values. Source: Fritsch and Carlson, Monotone Piecewise Cubic Interpolation, 1980.
 * @example { effect: 'curves', points: [[0, 0], [0.25, 0.2], [0.75, 0.8], [1, 1]] }
 */
export interface CurvesStep {
  effect: 'curves';
  /** Points of the curve for all channels; it follows those of the channels. 2 to 16 points whose x rises, from 0 to 1. Default [[0, 0], [1, 1]]. */
  points?: readonly CurvePoint[];
  /** Points of the curve for red alone. 2 to 16 points whose x rises, from 0 to 1. Default [[0, 0], [1, 1]]. */
  red?: readonly CurvePoint[];
  /** Points of the curve for green alone. 2 to 16 points whose x rises, from 0 to 1. Default [[0, 0], [1, 1]]. */
  green?: readonly CurvePoint[];
  /** Points of the curve for blue alone. 2 to 16 points whose x rises, from 0 to 1. Default [[0, 0], [1, 1]]. */
  blue?: readonly CurvePoint[];
}

/**
 * Multiplies every value, as brightness() of a style sheet does.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, brightness().
 * @example { effect: 'brightness', amount: 1.2 }
 */
export interface BrightnessStep {
  effect: 'brightness';
  /** Factor of every value; 0 is black, 1 leaves the image as it is. From 0 to 4. Default 1. */
  amount?: number;
}

/**
 * Moves values away from middle grey or towards it.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, contrast().
 * @example { effect: 'contrast', amount: 1.3 }
 */
export interface ContrastStep {
  effect: 'contrast';
  /** Factor of the distance to middle grey; 0 is even grey, 1 leaves the image as it is. From 0 to 4. Default 1. */
  amount?: number;
}

/**
 * Brightens or darkens the middle tones; black and white stay.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, feFuncR type=gamma.
 * @example { effect: 'gamma', gamma: 1.4 }
 */
export interface GammaStep {
  effect: 'gamma';
  /** Brightness of the middle tones; above 1 is brighter. From 0.1 to 10. Default 1. */
  gamma?: number;
}

/**
 * Corrects the colour of the light: warmer or cooler, towards magenta or green.
 *
 * Works in linear light. Source: CIE 15 daylight locus; Bradford adaptation of Lam, 1985, as in ICC profiles.
 * @example { effect: 'white-balance', temperature: 25, tint: -5 }
 */
export interface WhiteBalanceStep {
  effect: 'white-balance';
  /** Warmth; above 0 the light is taken for bluer than it was shown, and corrected. From -100 to 100. Default 0. */
  temperature?: number;
  /** Above 0 the image turns towards magenta, below 0 towards green. From -100 to 100. Default 0. */
  tint?: number;
}

/**
 * Turns all colours around the colour circle.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, hue-rotate().
 * @example { effect: 'hue', angle: 30 }
 */
export interface HueStep {
  effect: 'hue';
  /** Turn of the colour circle; red goes towards yellow. From -180 to 180 degrees. Default 0. */
  angle?: number;
}

/**
 * Saturation for pale colours; strong ones and grey stay as they are.
 *
 * Works in encoded values. Source: saturation weighted by one minus the range of the channels; luma by ITU-R BT.709.
 * @example { effect: 'vibrance', amount: 0.5 }
 */
export interface VibranceStep {
  effect: 'vibrance';
  /** Strength; above 0 pale colours grow stronger, strong ones hardly. From -1 to 1. Default 0. */
  amount?: number;
}

/**
 * Makes each channel a mixture of all, for black and white as through a filter.
 *
 * Works in encoded values. Source: the channel mixer of photo editors.
 * @example { effect: 'channel-mixer', red: [0.6, 0.3, 0.1], monochrome: true }
 */
export interface ChannelMixerStep {
  effect: 'channel-mixer';
  /** Shares of red, green and blue in the new red. 3 numbers, from -2 to 2. Default [1, 0, 0]. */
  red?: readonly number[];
  /** Shares of red, green and blue in the new green. 3 numbers, from -2 to 2. Default [0, 1, 0]. */
  green?: readonly number[];
  /** Shares of red, green and blue in the new blue. 3 numbers, from -2 to 2. Default [0, 0, 1]. */
  blue?: readonly number[];
  /** Grey by the shares of the new red. Default false. */
  monochrome?: boolean;
  /** Divides the shares of each channel by their sum. Default false. */
  keepBrightness?: boolean;
}

/**
 * Takes the colour out of the image.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, grayscale().
 * @example { effect: 'grayscale' }
 */
export interface GrayscaleStep {
  effect: 'grayscale';
  /** 0 leaves the image as it is, 1 is grey. From 0 to 1. Default 1. */
  amount?: number;
}

/**
 * Tones the image brown, as an old print.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, sepia().
 * @example { effect: 'sepia', amount: 0.8 }
 */
export interface SepiaStep {
  effect: 'sepia';
  /** 0 leaves the image as it is, 1 is all sepia. From 0 to 1. Default 1. */
  amount?: number;
}

/**
 * Prints the image in two colours, one for shadows and one for lights.
 *
 * Works in encoded values. Source: linear blend of two colours by the luma of ITU-R BT.709.
 * @example { effect: 'duotone', shadows: '#1b1464', lights: '#f7d87c' }
 */
export interface DuotoneStep {
  effect: 'duotone';
  /** Colour that black becomes. Default '#1b1464'. */
  shadows?: string | number;
  /** Colour that white becomes. Default '#f7d87c'. */
  lights?: string | number;
  /** 0 leaves the image as it is, 1 has only the two colours. From 0 to 1. Default 1. */
  amount?: number;
}

/**
 * Gives each tone a colour of a gradient.
 *
 * Works in encoded values. Source: linear interpolation over the luma of ITU-R BT.709.
 * @example { effect: 'gradient-map', colors: ['#0b1026', '#f2a65a', '#fff4d6'] }
 */
export interface GradientMapStep {
  effect: 'gradient-map';
  /** Colours from the darkest to the lightest tone, in equal steps. 2 to 16 colors. Default ['#0b1026', '#7b3f61', '#f2a65a', '#fff4d6']. */
  colors?: readonly (string | number)[];
  /** 0 leaves the image as it is, 1 has only colours of the gradient. From 0 to 1. Default 1. */
  amount?: number;
}

/**
 * Leaves only black and white.
 *
 * Works in encoded values. Source: luma by ITU-R BT.709 compared with a level.
 * @example { effect: 'threshold', level: 110 }
 */
export interface ThresholdStep {
  effect: 'threshold';
  /** Luma from which a pixel is white; darker ones are black. From 0 to 255 levels. Default 128. */
  level?: number;
}

/**
 * Leaves a few values per channel, as a screen print does.
 *
 * Works in encoded values. Source: W3C Filter Effects Module Level 1, feFuncR type=discrete with equal steps.
 * @example { effect: 'posterize', levels: 4 }
 */
export interface PosterizeStep {
  effect: 'posterize';
  /** Number of values that each channel has left. From 2 to 32. Default 5. */
  levels?: number;
}

/**
 * Gives each colour another by a table, as .cube files of film looks hold it.
 *
 * Works in encoded values. Source: Adobe Cube LUT Specification 1.0; tetrahedral interpolation after Sakamoto, 1981.
 * @example { effect: 'lut3d', table: { size: 2, values: [0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1] } }
 */
export interface Lut3dStep {
  effect: 'lut3d';
  /** Colours for red, green and blue in equal steps, as a .cube file has them. 2 to 65 steps a side. Default { size: 2, values: [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1] }. */
  table?: ColorTable;
  /** 0 leaves the image as it is, 1 has only colours of the table. From 0 to 1. Default 1. */
  amount?: number;
}

/**
 * Leaves a few values per channel and mixes them in a pattern, pixel by pixel.
 *
 * Works in encoded values. Source: Bayer, An optimum method for two-level rendition, 1973.
 * @example { effect: 'dither', levels: 3, pattern: '4x4' }
 */
export interface DitherStep {
  effect: 'dither';
  /** Number of values that each channel has left. From 2 to 32. Default 2. */
  levels?: number;
  /** Pixels after which the pattern repeats. Default '8x8'. */
  pattern?: '2x2' | '4x4' | '8x8';
}

/**
 * Adds the grain of film, the same for the same seed wherever it is computed.
 *
 * Works in encoded values. Source: value noise of equal variance; hash after Appleby's MurmurHash3.
 * @example { effect: 'grain', strength: 14, size: 2 }
 */
export interface GrainStep {
  effect: 'grain';
  /** Standard deviation of the grain; 0 leaves the image as it is. From 0 to 64 levels. Default 12. */
  strength?: number;
  /** Distance between grains. From 1 to 32 px of the full-resolution image. Default 1.5. */
  size?: number;
  /** The same grain in all channels instead of one for each. Default true. */
  monochrome?: boolean;
  /** Another seed gives another pattern, the same seed always the same. From 0 to 65535. Default 1. */
  seed?: number;
}

/**
 * Makes a ground of one colour transparent, and takes its tint out of the rest.
 *
 * Works in encoded values. Source: distance in Cb and Cr of ITU-R BT.709, smoothstep transition.
 * @example { effect: 'chroma-key', key: '#00b140', tolerance: 0.15 }
 */
export interface ChromaKeyStep {
  effect: 'chroma-key';
  /** Colour of the ground that becomes transparent. Default '#00b140'. */
  key?: string | number;
  /** Distance up to which a colour counts as the key. From 0 to 1. Default 0.12. */
  tolerance?: number;
  /** Width of the transition to opaque, as a distance of colours. From 0.01 to 1. Default 0.1. */
  softness?: number;
  /** Share of the key's tint that is taken out of what remains. From 0 to 1. Default 0.5. */
  spill?: number;
}

/**
 * Makes the image smaller or larger.
 *
 * Works in encoded values. Source: Duchon, 1979 (Lanczos); Mitchell and Netravali, 1988; linear light by IEC 61966-2-1.
 * @example { effect: 'resize', width: 1920 }
 */
export interface ResizeStep {
  effect: 'resize';
  /** Width of the result; 0 follows the height and the image's proportions. From 0 to 65535 px of the full-resolution image. Default 0. */
  width?: number;
  /** Height of the result; 0 follows the width and the image's proportions. From 0 to 65535 px of the full-resolution image. Default 0. */
  height?: number;
  /** With both sides given: the whole image inside them, the middle of the image that covers them, or the image stretched to them. Default 'inside'. */
  fit?: 'inside' | 'cover' | 'fill';
  /** The filter between pixels; all but nearest are widened where the image gets smaller. Default 'lanczos3'. */
  filter?: 'nearest' | 'linear' | 'mitchell' | 'lanczos3';
  /** Whether light or encoded values are mixed; light keeps the brightness of fine patterns. Default 'linear-light'. */
  mixing?: 'linear-light' | 'encoded';
}

/**
 * Keeps a rectangle of the image.
 *
 * Works in encoded values. Source: pixels are copied.
 * @example { effect: 'crop', x: 40, y: 20, width: 300, height: 200 }
 */
export interface CropStep {
  effect: 'crop';
  /** The left edge of what is kept. From 0 to 65535 px of the full-resolution image. Default 0. */
  x?: number;
  /** The upper edge of what is kept. From 0 to 65535 px of the full-resolution image. Default 0. */
  y?: number;
  /** The width of what is kept; 0 goes on to the right edge of the image. From 0 to 65535 px of the full-resolution image. Default 0. */
  width?: number;
  /** The height of what is kept; 0 goes on to the lower edge of the image. From 0 to 65535 px of the full-resolution image. Default 0. */
  height?: number;
}

/**
 * Mirrors the image.
 *
 * Works in encoded values. Source: pixels are copied.
 * @example { effect: 'flip', horizontal: false, vertical: true }
 */
export interface FlipStep {
  effect: 'flip';
  /** Exchanges left and right. Default true. */
  horizontal?: boolean;
  /** Exchanges top and bottom. Default false. */
  vertical?: boolean;
}

/**
 * Replaces each pixel by the mean of a square; the time does not depend on its size.
 *
 * Works in encoded values. Source: running sums after McDonnell, Box-Filtering Techniques, 1981.
 * @example { effect: 'box-blur', radius: 12 }
 */
export interface BoxBlurStep {
  effect: 'box-blur';
  /** Half the side of the square, without its centre; 0 leaves the image as it is. From 0 to 100 px of the full-resolution image. Default 4. */
  radius?: number;
}

/**
 * Strengthens or softens the local contrast of the middle tones.
 *
 * Works in encoded values. Source: unsharp masking of the luma with a wide radius, weighted by a parabola of the tones.
 * @example { effect: 'clarity', amount: 0.5 }
 */
export interface ClarityStep {
  effect: 'clarity';
  /** Strength; 0 leaves the image as it is, below 0 softens. From -1 to 1. Default 0.4. */
  amount?: number;
  /** Standard deviation of the blur: the size of what counts as local. From 1 to 200 px of the full-resolution image. Default 30. */
  sigma?: number;
}

/**
 * Lifts dark regions and lowers bright ones, by what surrounds each pixel.
 *
 * Works in encoded values. Source: Moroney, Local Color Correction Using Non-Linear Masking, 2000.
 * @example { effect: 'shadows-highlights', shadows: 0.5, highlights: 0.3 }
 */
export interface ShadowsHighlightsStep {
  effect: 'shadows-highlights';
  /** Lifts dark regions; below 0 darkens them. From -1 to 1. Default 0.4. */
  shadows?: number;
  /** Lowers bright regions; below 0 brightens them. From -1 to 1. Default 0.2. */
  highlights?: number;
  /** Standard deviation of the blur that tells dark regions from bright ones. From 1 to 200 px of the full-resolution image. Default 30. */
  sigma?: number;
}

/**
 * Lays a soft shadow under what is opaque, on transparent ground.
 *
 * Works in encoded values. Source: W3C Filter Effects feDropShadow, in encoded values.
 * @example { effect: 'drop-shadow', offsetX: 8, offsetY: 8, sigma: 6, opacity: 0.6 }
 */
export interface DropShadowStep {
  effect: 'drop-shadow';
  /** How far the shadow is to the right. From -64 to 64 px of the full-resolution image. Default 6. */
  offsetX?: number;
  /** How far the shadow is below. From -64 to 64 px of the full-resolution image. Default 6. */
  offsetY?: number;
  /** Standard deviation of the shadow's blur; 0 is a hard shadow. From 0 to 100 px of the full-resolution image. Default 4. */
  sigma?: number;
  /** Colour of the shadow. Default '#000000'. */
  color?: string | number;
  /** Opacity of the shadow; 0 leaves the image as it is. From 0 to 1. Default 0.5. */
  opacity?: number;
}

/**
 * Draws a line around what is opaque, on transparent ground.
 *
 * Works in encoded values. Source: grey dilation by a disc, Haralick, Sternberg and Zhuang, 1987.
 * @example { effect: 'outline', width: 4, color: '#ffcc00' }
 */
export interface OutlineStep {
  effect: 'outline';
  /** Width of the line; 0 leaves the image as it is. From 0 to 32 px of the full-resolution image. Default 3. */
  width?: number;
  /** Colour of the line. Default '#ffffff'. */
  color?: string | number;
  /** Opacity of the line; 0 leaves the image as it is. From 0 to 1. Default 1. */
  opacity?: number;
}

/**
 * Evens out what varies less than the noise, and keeps edges.
 *
 * Works in encoded values. Source: guided filter, He, Sun and Tang, 2010, with one slope for the three colours.
 * @example { effect: 'denoise', strength: 10, radius: 3 }
 */
export interface DenoiseStep {
  effect: 'denoise';
  /** Standard deviation of the noise; 0 leaves the image as it is. From 0 to 64 levels. Default 8. */
  strength?: number;
  /** Half the side of the squares, without their centre. From 1 to 4 px of the full-resolution image. Default 3. */
  radius?: number;
}

/**
 * Filters with a kernel of your own.
 *
 * Works in encoded values. Source: discrete correlation; SVG feConvolveMatrix without turning the kernel.
 * @example { effect: 'convolve', kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0] }
 */
export interface ConvolveStep {
  effect: 'convolve';
  /** A square of 3 x 3, 5 x 5 or 7 x 7 numbers, row by row. 9 to 49 numbers, from -64 to 64. Default [0, -1, 0, -1, 5, -1, 0, -1, 0]. */
  kernel?: readonly number[];
  /** Divides by the sum of the numbers, unless it is 0. Default true. */
  normalize?: boolean;
  /** Added to the result; 0.5 shows positive and negative sums around grey. From -1 to 1. Default 0. */
  offset?: number;
}

/**
 * Prints the image in dots whose size gives the tone, as a newspaper does.
 *
 * Works in encoded values. Source: clustered-dot screening with a diamond spot, as in Ulichney, Digital Halftoning, 1987.
 * @example { effect: 'halftone', cell: 6, monochrome: false }
 */
export interface HalftoneStep {
  effect: 'halftone';
  /** Distance between two dots. From 2 to 64 px of the full-resolution image. Default 8. */
  cell?: number;
  /** Direction of the rows of dots; colours add -30, 30 and -45 to it. From -90 to 90 degrees. Default 45. */
  angle?: number;
  /** Black dots instead of cyan, magenta and yellow ones on turned screens. Default true. */
  monochrome?: boolean;
}

/**
 * Turns the image by any angle.
 *
 * Works in encoded values. Source: cubic convolution, a = -1/2: Keys, 1981.
 * @example { effect: 'rotate', angle: 12 }
 */
export interface RotateStep {
  effect: 'rotate';
  /** Clockwise; multiples of 90 move pixels exactly. From -360 to 360 degrees. Default 90. */
  angle?: number;
  /** Makes room for the corners; without, the image keeps its size and loses them. Default true. */
  expand?: boolean;
  /** Colour of what the image does not cover. Default '#000000'. */
  background?: string | number;
  /** Opacity of the background; 0 leaves it transparent. From 0 to 1. Default 0. */
  backgroundOpacity?: number;
}

/**
 * Tilts the image, or takes the tilt out of a photo of something flat.
 *
 * Works in encoded values. Source: Heckbert, Fundamentals of Texture Mapping, 1989; cubic convolution: Keys, 1981.
 * @example { effect: 'perspective', corners: [0.1, 0, 0.9, 0, 1, 1, 0, 1] }
 */
export interface PerspectiveStep {
  effect: 'perspective';
  /** Four points as shares of width and height, clockwise from the upper left corner. 8 numbers, from -2 to 3. Default [0, 0, 1, 0, 1, 1, 0, 1]. */
  corners?: readonly number[];
  /** Whether the image's corners go to the points, or the points become its corners. Default 'distort'. */
  direction?: 'distort' | 'correct';
  /** Colour of what the image does not cover. Default '#000000'. */
  background?: string | number;
  /** Opacity of the background; 0 leaves it transparent. From 0 to 1. Default 0. */
  backgroundOpacity?: number;
}

/**
 * Gives the image the coloured edges of a simple lens, or takes them away.
 *
 * Works in encoded values. Source: radial scaling per channel; cubic convolution: Keys, 1981.
 * @example { effect: 'chromatic-aberration', red: 6, blue: -6 }
 */
export interface ChromaticAberrationStep {
  effect: 'chromatic-aberration';
  /** How far red is moved outwards in the corners; below 0 inwards. From -50 to 50 px of the full-resolution image. Default 3. */
  red?: number;
  /** How far blue is moved outwards in the corners; below 0 inwards. From -50 to 50 px of the full-resolution image. Default -3. */
  blue?: number;
}

/**
 * Shows the image as a mosaic of square cells.
 *
 * Works in linear light. Source: means over cells; linear light by IEC 61966-2-1.
 * @example { effect: 'pixelate', size: 16 }
 */
export interface PixelateStep {
  effect: 'pixelate';
  /** Side of a cell; 1 leaves the image as it is. From 1 to 64 px of the full-resolution image. Default 12. */
  size?: number;
}

/**
 * Stretches the tones that the image has over the whole range.
 *
 * Works in encoded values. Source: linear histogram stretching between two percentiles.
 * @example { effect: 'auto-levels', clip: 0.5 }
 */
export interface AutoLevelsStep {
  effect: 'auto-levels';
  /** Share of the pixels that may become black, and as many white. From 0 to 20 %. Default 0.1. */
  clip?: number;
  /** One range for the three colours, so that hues stay; otherwise casts go. Default true. */
  together?: boolean;
}

/**
 * Leaves a few values per channel; fine grain keeps the tones between them.
 *
 * Works in encoded values. Source: Floyd and Steinberg, An adaptive algorithm for spatial grey scale, 1976.
 * @example { effect: 'error-diffusion', levels: 2 }
 */
export interface ErrorDiffusionStep {
  effect: 'error-diffusion';
  /** Number of values that each channel has left. From 2 to 32. Default 2. */
  levels?: number;
  /** Share of the error that is passed on; 0 only rounds. From 0 to 1. Default 1. */
  strength?: number;
}

/**
 * Paints the image with a few colours of your own.
 *
 * Works in encoded values. Source: nearest colour; error diffusion after Floyd and Steinberg, 1976.
 * @example { effect: 'palette', colors: ['#1d3557', '#f1faee', '#e63946'], diffusion: 0.8 }
 */
export interface PaletteStep {
  effect: 'palette';
  /** The colours that the result has; the first of equally near ones is taken. 1 to 64 colors. Default ['#000000', '#ffffff', '#d62828', '#f7b801', '#2a9d8f', '#1d3557']. */
  colors?: readonly (string | number)[];
  /** Share of the error that is passed on; 0 gives even areas. From 0 to 1. Default 0.8. */
  diffusion?: number;
}

/**
 * Lays another image over the image, or the image as it was.
 *
 * Works in encoded values. Source: W3C Compositing and Blending Level 1; operators: Porter and Duff, 1984.
 * @example { effect: 'blend', mode: 'soft-light', opacity: 0.8 }
 */
export interface BlendStep {
  effect: 'blend';
  /** The layer; left out, the image that the chain began with. Default null. */
  image?: PixelImage | null;
  /** How the colours of the layer and of the image below are mixed. Default 'normal'. */
  mode?: 'normal' | 'multiply' | 'screen' | 'overlay' | 'darken' | 'lighten' | 'color-dodge' | 'color-burn' | 'hard-light' | 'soft-light' | 'difference' | 'exclusion' | 'hue' | 'saturation' | 'color' | 'luminosity';
  /** Which parts of the two remain, by their alphas. Default 'source-over'. */
  operator?: 'source-over' | 'destination-over' | 'source-in' | 'destination-in' | 'source-out' | 'destination-out' | 'source-atop' | 'destination-atop' | 'xor' | 'lighter' | 'copy' | 'clear';
  /** Opacity of the layer. From 0 to 1. Default 1. */
  opacity?: number;
  /** Left edge of the layer on the image; outside, the layer is transparent. From -65535 to 65535 px of the full-resolution image. Default 0. */
  x?: number;
  /** Upper edge of the layer on the image. From -65535 to 65535 px of the full-resolution image. Default 0. */
  y?: number;
}

/** One step of a chain: an effect and its settings; what is left out has its default. */
export type Step =
  | GaussianBlurStep
  | LevelsStep
  | ExposureStep
  | SaturationStep
  | VignetteStep
  | InvertStep
  | SharpenStep
  | MedianStep
  | MotionBlurStep
  | EdgeDetectStep
  | EmbossStep
  | UnsharpMaskStep
  | ColorMatrixStep
  | CurvesStep
  | BrightnessStep
  | ContrastStep
  | GammaStep
  | WhiteBalanceStep
  | HueStep
  | VibranceStep
  | ChannelMixerStep
  | GrayscaleStep
  | SepiaStep
  | DuotoneStep
  | GradientMapStep
  | ThresholdStep
  | PosterizeStep
  | Lut3dStep
  | DitherStep
  | GrainStep
  | ChromaKeyStep
  | ResizeStep
  | CropStep
  | FlipStep
  | BoxBlurStep
  | ClarityStep
  | ShadowsHighlightsStep
  | DropShadowStep
  | OutlineStep
  | DenoiseStep
  | ConvolveStep
  | HalftoneStep
  | RotateStep
  | PerspectiveStep
  | ChromaticAberrationStep
  | PixelateStep
  | AutoLevelsStep
  | ErrorDiffusionStep
  | PaletteStep
  | BlendStep;

/** Name of an effect. */
export type EffectName = Step['effect'];

/** A point of a curve: x, then y, each from 0 to 1. */
export type CurvePoint = readonly [number, number];

/**
 * A lookup table from colors to colors: `size` to the third power colors, red changing fastest, each as red, green and blue
 * from 0 to 1. See `parseCube`.
 */
export interface ColorTable {
  readonly size: number;
  readonly values: ArrayLike<number>;
}

/** Every value that a parameter can have. */
export type ParamValue =
  | number
  | boolean
  | string
  | readonly (string | number)[]
  | readonly CurvePoint[]
  | ColorTable
  | PixelImage
  | null;

/** What an effect does with pixels: where it reads them, and how simple its arithmetic is. */
export type EffectTrait =
  | 'point'
  | 'neighbourhood'
  | 'geometry'
  | 'sequential'
  | 'generator'
  | 'per-channel'
  | 'linear-map'
  | 'placed'
  | 'alpha';

/** One parameter of an effect. */
export interface ParamDescriptor {
  readonly name: string;
  readonly type: 'number' | 'integer' | 'boolean' | 'choice' | 'color' | 'image' | 'colors' | 'curve' | 'matrix' | 'table';
  /** Unit of a number; empty for a plain ratio. */
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  /** Step of a slider. */
  readonly step?: number;
  /** Of a list, in colors, points or numbers; of a table, in steps a side. */
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of a matrix as a person writes it. */
  readonly columns?: number;
  readonly default: ParamValue;
  readonly sentence: string;
  /** Given for full resolution and scaled with a preview's level. */
  readonly inPixels: boolean;
  readonly choices?: readonly string[];
  /** What tests try where both ends of the range and its middle say nothing of small images. */
  readonly trials?: readonly number[];
}

/** One effect; its place in the table is its index on the wire. */
export interface EffectDescriptor {
  readonly name: EffectName;
  readonly title: string;
  readonly sentence: string;
  readonly category: string;
  /** Paper or standard of the algorithm. */
  readonly source: string;
  readonly workingSpace: 'encoded' | 'linear';
  readonly traits: readonly EffectTrait[];
  /** One step as TypeScript, to read. */
  readonly example: string;
  /** The same step, to run. */
  readonly exampleStep: Step;
  readonly params: readonly ParamDescriptor[];
}

/** All effects, in the order of their indices on the wire. */
export const effectDescriptors: readonly EffectDescriptor[] = [
  {
    name: 'gaussian-blur',
    title: 'Gaussian blur',
    sentence: 'Softens the image with a bell-shaped filter; the time does not depend on sigma.',
    category: 'detail',
    source: 'Gaussian filter; coarse grid and cubic B-spline after Unser, Aldroubi and Eden, 1993',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'gaussian-blur\', sigma: 8 }',
    exampleStep: { effect: 'gaussian-blur', sigma: 8 },
    params: [
      {
        name: 'sigma',
        type: 'number',
        unit: 'px',
        min: 0,
        max: 250,
        step: 0.1,
        default: 2,
        sentence: 'Standard deviation of the blur; 0 leaves the image as it is.',
        inPixels: true,
      },
    ],
  },
  {
    name: 'levels',
    title: 'Levels',
    sentence: 'Stretches the tones between two input levels over two output levels, with a gamma between.',
    category: 'tone',
    source: 'the levels tool of photo editors; W3C Filter Effects feFuncR type=gamma',
    workingSpace: 'encoded',
    traits: ['point', 'per-channel'],
    example: '{ effect: \'levels\', black: 12, white: 240, gamma: 1.1 }',
    exampleStep: { effect: 'levels', black: 12, white: 240, gamma: 1.1 },
    params: [
      {
        name: 'black',
        type: 'number',
        unit: 'levels',
        min: 0,
        max: 255,
        step: 1,
        default: 0,
        sentence: 'Input level that becomes output black.',
        inPixels: false,
      },
      {
        name: 'white',
        type: 'number',
        unit: 'levels',
        min: 0,
        max: 255,
        step: 1,
        default: 255,
        sentence: 'Input level that becomes output white; above `black`.',
        inPixels: false,
      },
      {
        name: 'gamma',
        type: 'number',
        unit: '',
        min: 0.1,
        max: 10,
        step: 0.01,
        default: 1,
        sentence: 'Brightness of the middle tones; above 1 is brighter.',
        inPixels: false,
      },
      {
        name: 'outputBlack',
        type: 'number',
        unit: 'levels',
        min: 0,
        max: 255,
        step: 1,
        default: 0,
        sentence: 'Darkest level of the result.',
        inPixels: false,
      },
      {
        name: 'outputWhite',
        type: 'number',
        unit: 'levels',
        min: 0,
        max: 255,
        step: 1,
        default: 255,
        sentence: 'Lightest level of the result.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'exposure',
    title: 'Exposure',
    sentence: 'Brightens or darkens as a longer or shorter exposure would.',
    category: 'light',
    source: 'photographic stops; linear light by IEC 61966-2-1',
    workingSpace: 'linear',
    traits: ['point', 'per-channel', 'linear-map'],
    example: '{ effect: \'exposure\', stops: 0.5 }',
    exampleStep: { effect: 'exposure', stops: 0.5 },
    params: [
      {
        name: 'stops',
        type: 'number',
        unit: 'stops',
        min: -5,
        max: 5,
        step: 0.05,
        default: 0,
        sentence: 'Doublings of the light; -1 halves it.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'saturation',
    title: 'Saturation',
    sentence: 'Makes colours stronger or weaker without changing their brightness.',
    category: 'colour',
    source: 'W3C Filter Effects Module Level 1, saturate()',
    workingSpace: 'encoded',
    traits: ['point', 'linear-map'],
    example: '{ effect: \'saturation\', amount: 1.3 }',
    exampleStep: { effect: 'saturation', amount: 1.3 },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 3,
        step: 0.01,
        default: 1,
        sentence: '0 is grey, 1 leaves the image as it is, above 1 colours grow stronger.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'vignette',
    title: 'Vignette',
    sentence: 'Darkens the image towards its corners, as a lens does.',
    category: 'light',
    source: 'smoothstep falloff over an ellipse; linear light by IEC 61966-2-1',
    workingSpace: 'linear',
    traits: ['point'],
    example: '{ effect: \'vignette\', strength: 0.6, radius: 0.3 }',
    exampleStep: { effect: 'vignette', strength: 0.6, radius: 0.3 },
    params: [
      {
        name: 'strength',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 0.5,
        sentence: 'Share of the light that is lost in full shade; 0 leaves the image as it is.',
        inPixels: false,
      },
      {
        name: 'radius',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 0.4,
        sentence: 'Distance from the centre where the shade begins; 1 is a corner.',
        inPixels: false,
      },
      {
        name: 'softness',
        type: 'number',
        unit: '',
        min: 0.01,
        max: 1,
        step: 0.01,
        default: 0.6,
        sentence: 'Width of the transition, as a part of the distance to a corner.',
        inPixels: false,
      },
      {
        name: 'roundness',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 0,
        sentence: '0 follows the frame, 1 is a circle.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'invert',
    title: 'Invert',
    sentence: 'Turns the image into its negative.',
    category: 'colour',
    source: 'W3C Filter Effects Module Level 1, invert()',
    workingSpace: 'encoded',
    traits: ['point', 'per-channel', 'linear-map'],
    example: '{ effect: \'invert\' }',
    exampleStep: { effect: 'invert' },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 1,
        sentence: '0 leaves the image as it is, 0.5 is plain grey, 1 is the negative.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'sharpen',
    title: 'Sharpen',
    sentence: 'Strengthens the finest detail, with a filter of 3 x 3 pixels.',
    category: 'detail',
    source: 'discrete Laplacian of four neighbours',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'sharpen\', amount: 0.8 }',
    exampleStep: { effect: 'sharpen', amount: 0.8 },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 4,
        step: 0.05,
        default: 0.5,
        sentence: 'Strength; 0 leaves the image as it is.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'median',
    title: 'Median',
    sentence: 'Removes specks and noise but keeps edges: the middle value of a square of pixels.',
    category: 'detail',
    source: 'Tukey, 1977; forgetful selection after Paeth, Graphics Gems, 1990',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'median\', radius: 2 }',
    exampleStep: { effect: 'median', radius: 2 },
    params: [
      {
        name: 'radius',
        type: 'integer',
        unit: 'px',
        min: 0,
        max: 3,
        step: 1,
        default: 1,
        sentence: 'Half the side of the square, without its centre; 0 leaves the image as it is.',
        inPixels: true,
      },
    ],
  },
  {
    name: 'motion-blur',
    title: 'Motion blur',
    sentence: 'Smears the image along a line, as a moving camera does.',
    category: 'detail',
    source: 'box filter along a line, linear interpolation across it',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'motion-blur\', length: 20, angle: 30 }',
    exampleStep: { effect: 'motion-blur', length: 20, angle: 30 },
    params: [
      {
        name: 'length',
        type: 'number',
        unit: 'px',
        min: 0,
        max: 100,
        step: 1,
        default: 12,
        sentence: 'Length of the motion; up to 1 leaves the image as it is.',
        inPixels: true,
      },
      {
        name: 'angle',
        type: 'number',
        unit: 'degrees',
        min: -180,
        max: 180,
        step: 1,
        default: 0,
        sentence: 'Direction of the motion; 0 is along a row, 90 along a column.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'edge-detect',
    title: 'Edge detection',
    sentence: 'Draws edges bright on black, by the length of the Sobel gradient.',
    category: 'detail',
    source: 'Sobel and Feldman, 1968; luma by ITU-R BT.709',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'edge-detect\', gain: 2 }',
    exampleStep: { effect: 'edge-detect', gain: 2 },
    params: [
      {
        name: 'gain',
        type: 'number',
        unit: '',
        min: 0,
        max: 8,
        step: 0.1,
        default: 1,
        sentence: 'Brightness of the edges; 1 draws a step from black to white in white.',
        inPixels: false,
      },
      {
        name: 'monochrome',
        type: 'boolean',
        unit: '',
        default: true,
        sentence: 'Edges of the luma in grey instead of edges of each channel.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'emboss',
    title: 'Emboss',
    sentence: 'Turns the image into a grey relief that is lit from one side.',
    category: 'detail',
    source: 'directional derivative by the Sobel differences',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'emboss\', strength: 1.5, angle: 135 }',
    exampleStep: { effect: 'emboss', strength: 1.5, angle: 135 },
    params: [
      {
        name: 'strength',
        type: 'number',
        unit: '',
        min: 0,
        max: 4,
        step: 0.05,
        default: 1,
        sentence: 'Height of the relief; 0 is even grey.',
        inPixels: false,
      },
      {
        name: 'angle',
        type: 'number',
        unit: 'degrees',
        min: -180,
        max: 180,
        step: 1,
        default: 45,
        sentence: 'Direction that the light comes from; 0 is the left, 90 is above.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'unsharp-mask',
    title: 'Unsharp mask',
    sentence: 'Sharpens by the difference between the image and its blur, of any width.',
    category: 'detail',
    source: 'unsharp masking of photographic printing; soft threshold after Donoho, 1995',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'unsharp-mask\', sigma: 2, amount: 0.8, threshold: 3 }',
    exampleStep: { effect: 'unsharp-mask', sigma: 2, amount: 0.8, threshold: 3 },
    params: [
      {
        name: 'sigma',
        type: 'number',
        unit: 'px',
        min: 0,
        max: 100,
        step: 0.1,
        default: 2,
        sentence: 'Standard deviation of the blur; 0 leaves the image as it is.',
        inPixels: true,
      },
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 5,
        step: 0.05,
        default: 0.8,
        sentence: 'Strength; 0 leaves the image as it is.',
        inPixels: false,
      },
      {
        name: 'threshold',
        type: 'number',
        unit: 'levels',
        min: 0,
        max: 255,
        step: 1,
        default: 0,
        sentence: 'Differences from the blur up to this are left alone.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'color-matrix',
    title: 'Colour matrix',
    sentence: 'Mixes new red, green and blue from the old ones by a matrix of your own.',
    category: 'colour',
    source: 'SVG and W3C Filter Effects feColorMatrix type=matrix, its rows for colour',
    workingSpace: 'encoded',
    traits: ['point', 'linear-map'],
    example: '{ effect: \'color-matrix\', matrix: [0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0] }',
    exampleStep: { effect: 'color-matrix', matrix: [0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0] },
    params: [
      {
        name: 'matrix',
        type: 'matrix',
        unit: '',
        min: -8,
        max: 8,
        step: 0.01,
        minLength: 12,
        maxLength: 12,
        columns: 4,
        default: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0],
        sentence: 'Rows for red, green and blue: the share of red, green and blue, and an offset where 1 is white.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'curves',
    title: 'Curves',
    sentence: 'Changes tones by curves through points, for all channels and for each.',
    category: 'tone',
    source: 'Fritsch and Carlson, Monotone Piecewise Cubic Interpolation, 1980',
    workingSpace: 'encoded',
    traits: ['point', 'per-channel'],
    example: '{ effect: \'curves\', points: [[0, 0], [0.25, 0.2], [0.75, 0.8], [1, 1]] }',
    exampleStep: { effect: 'curves', points: [[0, 0], [0.25, 0.2], [0.75, 0.8], [1, 1]] },
    params: [
      {
        name: 'points',
        type: 'curve',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        minLength: 2,
        maxLength: 16,
        default: [[0, 0], [1, 1]],
        sentence: 'Points of the curve for all channels; it follows those of the channels.',
        inPixels: false,
      },
      {
        name: 'red',
        type: 'curve',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        minLength: 2,
        maxLength: 16,
        default: [[0, 0], [1, 1]],
        sentence: 'Points of the curve for red alone.',
        inPixels: false,
      },
      {
        name: 'green',
        type: 'curve',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        minLength: 2,
        maxLength: 16,
        default: [[0, 0], [1, 1]],
        sentence: 'Points of the curve for green alone.',
        inPixels: false,
      },
      {
        name: 'blue',
        type: 'curve',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        minLength: 2,
        maxLength: 16,
        default: [[0, 0], [1, 1]],
        sentence: 'Points of the curve for blue alone.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'brightness',
    title: 'Brightness',
    sentence: 'Multiplies every value, as brightness() of a style sheet does.',
    category: 'tone',
    source: 'W3C Filter Effects Module Level 1, brightness()',
    workingSpace: 'encoded',
    traits: ['point', 'per-channel', 'linear-map'],
    example: '{ effect: \'brightness\', amount: 1.2 }',
    exampleStep: { effect: 'brightness', amount: 1.2 },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 4,
        step: 0.01,
        default: 1,
        sentence: 'Factor of every value; 0 is black, 1 leaves the image as it is.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'contrast',
    title: 'Contrast',
    sentence: 'Moves values away from middle grey or towards it.',
    category: 'tone',
    source: 'W3C Filter Effects Module Level 1, contrast()',
    workingSpace: 'encoded',
    traits: ['point', 'per-channel', 'linear-map'],
    example: '{ effect: \'contrast\', amount: 1.3 }',
    exampleStep: { effect: 'contrast', amount: 1.3 },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 4,
        step: 0.01,
        default: 1,
        sentence: 'Factor of the distance to middle grey; 0 is even grey, 1 leaves the image as it is.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'gamma',
    title: 'Gamma',
    sentence: 'Brightens or darkens the middle tones; black and white stay.',
    category: 'tone',
    source: 'W3C Filter Effects Module Level 1, feFuncR type=gamma',
    workingSpace: 'encoded',
    traits: ['point', 'per-channel'],
    example: '{ effect: \'gamma\', gamma: 1.4 }',
    exampleStep: { effect: 'gamma', gamma: 1.4 },
    params: [
      {
        name: 'gamma',
        type: 'number',
        unit: '',
        min: 0.1,
        max: 10,
        step: 0.01,
        default: 1,
        sentence: 'Brightness of the middle tones; above 1 is brighter.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'white-balance',
    title: 'White balance',
    sentence: 'Corrects the colour of the light: warmer or cooler, towards magenta or green.',
    category: 'colour',
    source: 'CIE 15 daylight locus; Bradford adaptation of Lam, 1985, as in ICC profiles',
    workingSpace: 'linear',
    traits: ['point', 'linear-map'],
    example: '{ effect: \'white-balance\', temperature: 25, tint: -5 }',
    exampleStep: { effect: 'white-balance', temperature: 25, tint: -5 },
    params: [
      {
        name: 'temperature',
        type: 'number',
        unit: '',
        min: -100,
        max: 100,
        step: 1,
        default: 0,
        sentence: 'Warmth; above 0 the light is taken for bluer than it was shown, and corrected.',
        inPixels: false,
      },
      {
        name: 'tint',
        type: 'number',
        unit: '',
        min: -100,
        max: 100,
        step: 1,
        default: 0,
        sentence: 'Above 0 the image turns towards magenta, below 0 towards green.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'hue',
    title: 'Hue',
    sentence: 'Turns all colours around the colour circle.',
    category: 'colour',
    source: 'W3C Filter Effects Module Level 1, hue-rotate()',
    workingSpace: 'encoded',
    traits: ['point', 'linear-map'],
    example: '{ effect: \'hue\', angle: 30 }',
    exampleStep: { effect: 'hue', angle: 30 },
    params: [
      {
        name: 'angle',
        type: 'number',
        unit: 'degrees',
        min: -180,
        max: 180,
        step: 1,
        default: 0,
        sentence: 'Turn of the colour circle; red goes towards yellow.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'vibrance',
    title: 'Vibrance',
    sentence: 'Saturation for pale colours; strong ones and grey stay as they are.',
    category: 'colour',
    source: 'saturation weighted by one minus the range of the channels; luma by ITU-R BT.709',
    workingSpace: 'encoded',
    traits: ['point'],
    example: '{ effect: \'vibrance\', amount: 0.5 }',
    exampleStep: { effect: 'vibrance', amount: 0.5 },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: -1,
        max: 1,
        step: 0.01,
        default: 0,
        sentence: 'Strength; above 0 pale colours grow stronger, strong ones hardly.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'channel-mixer',
    title: 'Channel mixer',
    sentence: 'Makes each channel a mixture of all, for black and white as through a filter.',
    category: 'colour',
    source: 'the channel mixer of photo editors',
    workingSpace: 'encoded',
    traits: ['point', 'linear-map'],
    example: '{ effect: \'channel-mixer\', red: [0.6, 0.3, 0.1], monochrome: true }',
    exampleStep: { effect: 'channel-mixer', red: [0.6, 0.3, 0.1], monochrome: true },
    params: [
      {
        name: 'red',
        type: 'matrix',
        unit: '',
        min: -2,
        max: 2,
        step: 0.01,
        minLength: 3,
        maxLength: 3,
        columns: 3,
        default: [1, 0, 0],
        sentence: 'Shares of red, green and blue in the new red.',
        inPixels: false,
      },
      {
        name: 'green',
        type: 'matrix',
        unit: '',
        min: -2,
        max: 2,
        step: 0.01,
        minLength: 3,
        maxLength: 3,
        columns: 3,
        default: [0, 1, 0],
        sentence: 'Shares of red, green and blue in the new green.',
        inPixels: false,
      },
      {
        name: 'blue',
        type: 'matrix',
        unit: '',
        min: -2,
        max: 2,
        step: 0.01,
        minLength: 3,
        maxLength: 3,
        columns: 3,
        default: [0, 0, 1],
        sentence: 'Shares of red, green and blue in the new blue.',
        inPixels: false,
      },
      {
        name: 'monochrome',
        type: 'boolean',
        unit: '',
        default: false,
        sentence: 'Grey by the shares of the new red.',
        inPixels: false,
      },
      {
        name: 'keepBrightness',
        type: 'boolean',
        unit: '',
        default: false,
        sentence: 'Divides the shares of each channel by their sum.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'grayscale',
    title: 'Grayscale',
    sentence: 'Takes the colour out of the image.',
    category: 'colour',
    source: 'W3C Filter Effects Module Level 1, grayscale()',
    workingSpace: 'encoded',
    traits: ['point', 'linear-map'],
    example: '{ effect: \'grayscale\' }',
    exampleStep: { effect: 'grayscale' },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 1,
        sentence: '0 leaves the image as it is, 1 is grey.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'sepia',
    title: 'Sepia',
    sentence: 'Tones the image brown, as an old print.',
    category: 'colour',
    source: 'W3C Filter Effects Module Level 1, sepia()',
    workingSpace: 'encoded',
    traits: ['point', 'linear-map'],
    example: '{ effect: \'sepia\', amount: 0.8 }',
    exampleStep: { effect: 'sepia', amount: 0.8 },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 1,
        sentence: '0 leaves the image as it is, 1 is all sepia.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'duotone',
    title: 'Duotone',
    sentence: 'Prints the image in two colours, one for shadows and one for lights.',
    category: 'colour',
    source: 'linear blend of two colours by the luma of ITU-R BT.709',
    workingSpace: 'encoded',
    traits: ['point', 'linear-map'],
    example: '{ effect: \'duotone\', shadows: \'#1b1464\', lights: \'#f7d87c\' }',
    exampleStep: { effect: 'duotone', shadows: '#1b1464', lights: '#f7d87c' },
    params: [
      {
        name: 'shadows',
        type: 'color',
        unit: '',
        default: '#1b1464',
        sentence: 'Colour that black becomes.',
        inPixels: false,
      },
      {
        name: 'lights',
        type: 'color',
        unit: '',
        default: '#f7d87c',
        sentence: 'Colour that white becomes.',
        inPixels: false,
      },
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 1,
        sentence: '0 leaves the image as it is, 1 has only the two colours.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'gradient-map',
    title: 'Gradient map',
    sentence: 'Gives each tone a colour of a gradient.',
    category: 'stylise',
    source: 'linear interpolation over the luma of ITU-R BT.709',
    workingSpace: 'encoded',
    traits: ['point'],
    example: '{ effect: \'gradient-map\', colors: [\'#0b1026\', \'#f2a65a\', \'#fff4d6\'] }',
    exampleStep: { effect: 'gradient-map', colors: ['#0b1026', '#f2a65a', '#fff4d6'] },
    params: [
      {
        name: 'colors',
        type: 'colors',
        unit: '',
        minLength: 2,
        maxLength: 16,
        default: ['#0b1026', '#7b3f61', '#f2a65a', '#fff4d6'],
        sentence: 'Colours from the darkest to the lightest tone, in equal steps.',
        inPixels: false,
      },
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 1,
        sentence: '0 leaves the image as it is, 1 has only colours of the gradient.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'threshold',
    title: 'Threshold',
    sentence: 'Leaves only black and white.',
    category: 'tone',
    source: 'luma by ITU-R BT.709 compared with a level',
    workingSpace: 'encoded',
    traits: ['point'],
    example: '{ effect: \'threshold\', level: 110 }',
    exampleStep: { effect: 'threshold', level: 110 },
    params: [
      {
        name: 'level',
        type: 'number',
        unit: 'levels',
        min: 0,
        max: 255,
        step: 1,
        default: 128,
        sentence: 'Luma from which a pixel is white; darker ones are black.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'posterize',
    title: 'Posterise',
    sentence: 'Leaves a few values per channel, as a screen print does.',
    category: 'stylise',
    source: 'W3C Filter Effects Module Level 1, feFuncR type=discrete with equal steps',
    workingSpace: 'encoded',
    traits: ['point', 'per-channel'],
    example: '{ effect: \'posterize\', levels: 4 }',
    exampleStep: { effect: 'posterize', levels: 4 },
    params: [
      {
        name: 'levels',
        type: 'integer',
        unit: '',
        min: 2,
        max: 32,
        step: 1,
        default: 5,
        sentence: 'Number of values that each channel has left.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'lut3d',
    title: 'Lookup table',
    sentence: 'Gives each colour another by a table, as .cube files of film looks hold it.',
    category: 'colour',
    source: 'Adobe Cube LUT Specification 1.0; tetrahedral interpolation after Sakamoto, 1981',
    workingSpace: 'encoded',
    traits: ['point'],
    example: '{ effect: \'lut3d\', table: { size: 2, values: [0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1] } }',
    exampleStep: { effect: 'lut3d', table: { size: 2, values: [0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1] } },
    params: [
      {
        name: 'table',
        type: 'table',
        unit: '',
        minLength: 2,
        maxLength: 65,
        default: { size: 2, values: [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 1, 1] },
        sentence: 'Colours for red, green and blue in equal steps, as a .cube file has them.',
        inPixels: false,
      },
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 1,
        sentence: '0 leaves the image as it is, 1 has only colours of the table.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'dither',
    title: 'Dither',
    sentence: 'Leaves a few values per channel and mixes them in a pattern, pixel by pixel.',
    category: 'stylise',
    source: 'Bayer, An optimum method for two-level rendition, 1973',
    workingSpace: 'encoded',
    traits: ['point', 'placed'],
    example: '{ effect: \'dither\', levels: 3, pattern: \'4x4\' }',
    exampleStep: { effect: 'dither', levels: 3, pattern: '4x4' },
    params: [
      {
        name: 'levels',
        type: 'integer',
        unit: '',
        min: 2,
        max: 32,
        step: 1,
        default: 2,
        sentence: 'Number of values that each channel has left.',
        inPixels: false,
      },
      {
        name: 'pattern',
        type: 'choice',
        unit: '',
        default: '8x8',
        sentence: 'Pixels after which the pattern repeats.',
        inPixels: false,
        choices: ['2x2', '4x4', '8x8'],
      },
    ],
  },
  {
    name: 'grain',
    title: 'Grain',
    sentence: 'Adds the grain of film, the same for the same seed wherever it is computed.',
    category: 'stylise',
    source: 'value noise of equal variance; hash after Appleby\'s MurmurHash3',
    workingSpace: 'encoded',
    traits: ['point', 'placed'],
    example: '{ effect: \'grain\', strength: 14, size: 2 }',
    exampleStep: { effect: 'grain', strength: 14, size: 2 },
    params: [
      {
        name: 'strength',
        type: 'number',
        unit: 'levels',
        min: 0,
        max: 64,
        step: 0.5,
        default: 12,
        sentence: 'Standard deviation of the grain; 0 leaves the image as it is.',
        inPixels: false,
      },
      {
        name: 'size',
        type: 'number',
        unit: 'px',
        min: 1,
        max: 32,
        step: 0.1,
        default: 1.5,
        sentence: 'Distance between grains.',
        inPixels: true,
      },
      {
        name: 'monochrome',
        type: 'boolean',
        unit: '',
        default: true,
        sentence: 'The same grain in all channels instead of one for each.',
        inPixels: false,
      },
      {
        name: 'seed',
        type: 'integer',
        unit: '',
        min: 0,
        max: 65535,
        step: 1,
        default: 1,
        sentence: 'Another seed gives another pattern, the same seed always the same.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'chroma-key',
    title: 'Chroma key',
    sentence: 'Makes a ground of one colour transparent, and takes its tint out of the rest.',
    category: 'colour',
    source: 'distance in Cb and Cr of ITU-R BT.709, smoothstep transition',
    workingSpace: 'encoded',
    traits: ['point', 'alpha'],
    example: '{ effect: \'chroma-key\', key: \'#00b140\', tolerance: 0.15 }',
    exampleStep: { effect: 'chroma-key', key: '#00b140', tolerance: 0.15 },
    params: [
      {
        name: 'key',
        type: 'color',
        unit: '',
        default: '#00b140',
        sentence: 'Colour of the ground that becomes transparent.',
        inPixels: false,
      },
      {
        name: 'tolerance',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 0.12,
        sentence: 'Distance up to which a colour counts as the key.',
        inPixels: false,
      },
      {
        name: 'softness',
        type: 'number',
        unit: '',
        min: 0.01,
        max: 1,
        step: 0.01,
        default: 0.1,
        sentence: 'Width of the transition to opaque, as a distance of colours.',
        inPixels: false,
      },
      {
        name: 'spill',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 0.5,
        sentence: 'Share of the key\'s tint that is taken out of what remains.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'resize',
    title: 'Resize',
    sentence: 'Makes the image smaller or larger.',
    category: 'geometry',
    source: 'Duchon, 1979 (Lanczos); Mitchell and Netravali, 1988; linear light by IEC 61966-2-1',
    workingSpace: 'encoded',
    traits: ['geometry'],
    example: '{ effect: \'resize\', width: 1920 }',
    exampleStep: { effect: 'resize', width: 1920 },
    params: [
      {
        name: 'width',
        type: 'integer',
        unit: 'px',
        min: 0,
        max: 65535,
        step: 1,
        default: 0,
        sentence: 'Width of the result; 0 follows the height and the image\'s proportions.',
        inPixels: true,
        trials: [0, 24, 150],
      },
      {
        name: 'height',
        type: 'integer',
        unit: 'px',
        min: 0,
        max: 65535,
        step: 1,
        default: 0,
        sentence: 'Height of the result; 0 follows the width and the image\'s proportions.',
        inPixels: true,
        trials: [0, 24, 150],
      },
      {
        name: 'fit',
        type: 'choice',
        unit: '',
        default: 'inside',
        sentence: 'With both sides given: the whole image inside them, the middle of the image that covers them, or the image stretched to them.',
        inPixels: false,
        choices: ['inside', 'cover', 'fill'],
      },
      {
        name: 'filter',
        type: 'choice',
        unit: '',
        default: 'lanczos3',
        sentence: 'The filter between pixels; all but nearest are widened where the image gets smaller.',
        inPixels: false,
        choices: ['nearest', 'linear', 'mitchell', 'lanczos3'],
      },
      {
        name: 'mixing',
        type: 'choice',
        unit: '',
        default: 'linear-light',
        sentence: 'Whether light or encoded values are mixed; light keeps the brightness of fine patterns.',
        inPixels: false,
        choices: ['linear-light', 'encoded'],
      },
    ],
  },
  {
    name: 'crop',
    title: 'Crop',
    sentence: 'Keeps a rectangle of the image.',
    category: 'geometry',
    source: 'pixels are copied',
    workingSpace: 'encoded',
    traits: ['geometry'],
    example: '{ effect: \'crop\', x: 40, y: 20, width: 300, height: 200 }',
    exampleStep: { effect: 'crop', x: 40, y: 20, width: 300, height: 200 },
    params: [
      {
        name: 'x',
        type: 'integer',
        unit: 'px',
        min: 0,
        max: 65535,
        step: 1,
        default: 0,
        sentence: 'The left edge of what is kept.',
        inPixels: true,
        trials: [0, 1, 2],
      },
      {
        name: 'y',
        type: 'integer',
        unit: 'px',
        min: 0,
        max: 65535,
        step: 1,
        default: 0,
        sentence: 'The upper edge of what is kept.',
        inPixels: true,
        trials: [0, 1, 2],
      },
      {
        name: 'width',
        type: 'integer',
        unit: 'px',
        min: 0,
        max: 65535,
        step: 1,
        default: 0,
        sentence: 'The width of what is kept; 0 goes on to the right edge of the image.',
        inPixels: true,
        trials: [0, 1, 2],
      },
      {
        name: 'height',
        type: 'integer',
        unit: 'px',
        min: 0,
        max: 65535,
        step: 1,
        default: 0,
        sentence: 'The height of what is kept; 0 goes on to the lower edge of the image.',
        inPixels: true,
        trials: [0, 1, 2],
      },
    ],
  },
  {
    name: 'flip',
    title: 'Flip',
    sentence: 'Mirrors the image.',
    category: 'geometry',
    source: 'pixels are copied',
    workingSpace: 'encoded',
    traits: ['geometry'],
    example: '{ effect: \'flip\', horizontal: false, vertical: true }',
    exampleStep: { effect: 'flip', horizontal: false, vertical: true },
    params: [
      {
        name: 'horizontal',
        type: 'boolean',
        unit: '',
        default: true,
        sentence: 'Exchanges left and right.',
        inPixels: false,
      },
      {
        name: 'vertical',
        type: 'boolean',
        unit: '',
        default: false,
        sentence: 'Exchanges top and bottom.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'box-blur',
    title: 'Box blur',
    sentence: 'Replaces each pixel by the mean of a square; the time does not depend on its size.',
    category: 'detail',
    source: 'running sums after McDonnell, Box-Filtering Techniques, 1981',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'box-blur\', radius: 12 }',
    exampleStep: { effect: 'box-blur', radius: 12 },
    params: [
      {
        name: 'radius',
        type: 'number',
        unit: 'px',
        min: 0,
        max: 100,
        step: 0.5,
        default: 4,
        sentence: 'Half the side of the square, without its centre; 0 leaves the image as it is.',
        inPixels: true,
      },
    ],
  },
  {
    name: 'clarity',
    title: 'Clarity',
    sentence: 'Strengthens or softens the local contrast of the middle tones.',
    category: 'detail',
    source: 'unsharp masking of the luma with a wide radius, weighted by a parabola of the tones',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'clarity\', amount: 0.5 }',
    exampleStep: { effect: 'clarity', amount: 0.5 },
    params: [
      {
        name: 'amount',
        type: 'number',
        unit: '',
        min: -1,
        max: 1,
        step: 0.01,
        default: 0.4,
        sentence: 'Strength; 0 leaves the image as it is, below 0 softens.',
        inPixels: false,
      },
      {
        name: 'sigma',
        type: 'number',
        unit: 'px',
        min: 1,
        max: 200,
        step: 1,
        default: 30,
        sentence: 'Standard deviation of the blur: the size of what counts as local.',
        inPixels: true,
      },
    ],
  },
  {
    name: 'shadows-highlights',
    title: 'Shadows and highlights',
    sentence: 'Lifts dark regions and lowers bright ones, by what surrounds each pixel.',
    category: 'light',
    source: 'Moroney, Local Color Correction Using Non-Linear Masking, 2000',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'shadows-highlights\', shadows: 0.5, highlights: 0.3 }',
    exampleStep: { effect: 'shadows-highlights', shadows: 0.5, highlights: 0.3 },
    params: [
      {
        name: 'shadows',
        type: 'number',
        unit: '',
        min: -1,
        max: 1,
        step: 0.01,
        default: 0.4,
        sentence: 'Lifts dark regions; below 0 darkens them.',
        inPixels: false,
      },
      {
        name: 'highlights',
        type: 'number',
        unit: '',
        min: -1,
        max: 1,
        step: 0.01,
        default: 0.2,
        sentence: 'Lowers bright regions; below 0 brightens them.',
        inPixels: false,
      },
      {
        name: 'sigma',
        type: 'number',
        unit: 'px',
        min: 1,
        max: 200,
        step: 1,
        default: 30,
        sentence: 'Standard deviation of the blur that tells dark regions from bright ones.',
        inPixels: true,
      },
    ],
  },
  {
    name: 'drop-shadow',
    title: 'Drop shadow',
    sentence: 'Lays a soft shadow under what is opaque, on transparent ground.',
    category: 'stylise',
    source: 'W3C Filter Effects feDropShadow, in encoded values',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'drop-shadow\', offsetX: 8, offsetY: 8, sigma: 6, opacity: 0.6 }',
    exampleStep: { effect: 'drop-shadow', offsetX: 8, offsetY: 8, sigma: 6, opacity: 0.6 },
    params: [
      {
        name: 'offsetX',
        type: 'number',
        unit: 'px',
        min: -64,
        max: 64,
        step: 1,
        default: 6,
        sentence: 'How far the shadow is to the right.',
        inPixels: true,
      },
      {
        name: 'offsetY',
        type: 'number',
        unit: 'px',
        min: -64,
        max: 64,
        step: 1,
        default: 6,
        sentence: 'How far the shadow is below.',
        inPixels: true,
      },
      {
        name: 'sigma',
        type: 'number',
        unit: 'px',
        min: 0,
        max: 100,
        step: 0.5,
        default: 4,
        sentence: 'Standard deviation of the shadow\'s blur; 0 is a hard shadow.',
        inPixels: true,
      },
      {
        name: 'color',
        type: 'color',
        unit: '',
        default: '#000000',
        sentence: 'Colour of the shadow.',
        inPixels: false,
      },
      {
        name: 'opacity',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 0.5,
        sentence: 'Opacity of the shadow; 0 leaves the image as it is.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'outline',
    title: 'Outline',
    sentence: 'Draws a line around what is opaque, on transparent ground.',
    category: 'stylise',
    source: 'grey dilation by a disc, Haralick, Sternberg and Zhuang, 1987',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'outline\', width: 4, color: \'#ffcc00\' }',
    exampleStep: { effect: 'outline', width: 4, color: '#ffcc00' },
    params: [
      {
        name: 'width',
        type: 'number',
        unit: 'px',
        min: 0,
        max: 32,
        step: 0.5,
        default: 3,
        sentence: 'Width of the line; 0 leaves the image as it is.',
        inPixels: true,
      },
      {
        name: 'color',
        type: 'color',
        unit: '',
        default: '#ffffff',
        sentence: 'Colour of the line.',
        inPixels: false,
      },
      {
        name: 'opacity',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 1,
        sentence: 'Opacity of the line; 0 leaves the image as it is.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'denoise',
    title: 'Denoise',
    sentence: 'Evens out what varies less than the noise, and keeps edges.',
    category: 'detail',
    source: 'guided filter, He, Sun and Tang, 2010, with one slope for the three colours',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'denoise\', strength: 10, radius: 3 }',
    exampleStep: { effect: 'denoise', strength: 10, radius: 3 },
    params: [
      {
        name: 'strength',
        type: 'number',
        unit: 'levels',
        min: 0,
        max: 64,
        step: 0.5,
        default: 8,
        sentence: 'Standard deviation of the noise; 0 leaves the image as it is.',
        inPixels: false,
      },
      {
        name: 'radius',
        type: 'integer',
        unit: 'px',
        min: 1,
        max: 4,
        step: 1,
        default: 3,
        sentence: 'Half the side of the squares, without their centre.',
        inPixels: true,
      },
    ],
  },
  {
    name: 'convolve',
    title: 'Convolve',
    sentence: 'Filters with a kernel of your own.',
    category: 'detail',
    source: 'discrete correlation; SVG feConvolveMatrix without turning the kernel',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'convolve\', kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0] }',
    exampleStep: { effect: 'convolve', kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0] },
    params: [
      {
        name: 'kernel',
        type: 'matrix',
        unit: '',
        min: -64,
        max: 64,
        step: 0.1,
        minLength: 9,
        maxLength: 49,
        columns: 3,
        default: [0, -1, 0, -1, 5, -1, 0, -1, 0],
        sentence: 'A square of 3 x 3, 5 x 5 or 7 x 7 numbers, row by row.',
        inPixels: false,
      },
      {
        name: 'normalize',
        type: 'boolean',
        unit: '',
        default: true,
        sentence: 'Divides by the sum of the numbers, unless it is 0.',
        inPixels: false,
      },
      {
        name: 'offset',
        type: 'number',
        unit: '',
        min: -1,
        max: 1,
        step: 0.01,
        default: 0,
        sentence: 'Added to the result; 0.5 shows positive and negative sums around grey.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'halftone',
    title: 'Halftone',
    sentence: 'Prints the image in dots whose size gives the tone, as a newspaper does.',
    category: 'stylise',
    source: 'clustered-dot screening with a diamond spot, as in Ulichney, Digital Halftoning, 1987',
    workingSpace: 'encoded',
    traits: ['point', 'placed'],
    example: '{ effect: \'halftone\', cell: 6, monochrome: false }',
    exampleStep: { effect: 'halftone', cell: 6, monochrome: false },
    params: [
      {
        name: 'cell',
        type: 'number',
        unit: 'px',
        min: 2,
        max: 64,
        step: 0.5,
        default: 8,
        sentence: 'Distance between two dots.',
        inPixels: true,
      },
      {
        name: 'angle',
        type: 'number',
        unit: 'degrees',
        min: -90,
        max: 90,
        step: 1,
        default: 45,
        sentence: 'Direction of the rows of dots; colours add -30, 30 and -45 to it.',
        inPixels: false,
      },
      {
        name: 'monochrome',
        type: 'boolean',
        unit: '',
        default: true,
        sentence: 'Black dots instead of cyan, magenta and yellow ones on turned screens.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'rotate',
    title: 'Rotate',
    sentence: 'Turns the image by any angle.',
    category: 'geometry',
    source: 'cubic convolution, a = -1/2: Keys, 1981',
    workingSpace: 'encoded',
    traits: ['geometry'],
    example: '{ effect: \'rotate\', angle: 12 }',
    exampleStep: { effect: 'rotate', angle: 12 },
    params: [
      {
        name: 'angle',
        type: 'number',
        unit: 'degrees',
        min: -360,
        max: 360,
        step: 1,
        default: 90,
        sentence: 'Clockwise; multiples of 90 move pixels exactly.',
        inPixels: false,
      },
      {
        name: 'expand',
        type: 'boolean',
        unit: '',
        default: true,
        sentence: 'Makes room for the corners; without, the image keeps its size and loses them.',
        inPixels: false,
      },
      {
        name: 'background',
        type: 'color',
        unit: '',
        default: '#000000',
        sentence: 'Colour of what the image does not cover.',
        inPixels: false,
      },
      {
        name: 'backgroundOpacity',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 0,
        sentence: 'Opacity of the background; 0 leaves it transparent.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'perspective',
    title: 'Perspective',
    sentence: 'Tilts the image, or takes the tilt out of a photo of something flat.',
    category: 'geometry',
    source: 'Heckbert, Fundamentals of Texture Mapping, 1989; cubic convolution: Keys, 1981',
    workingSpace: 'encoded',
    traits: ['geometry'],
    example: '{ effect: \'perspective\', corners: [0.1, 0, 0.9, 0, 1, 1, 0, 1] }',
    exampleStep: { effect: 'perspective', corners: [0.1, 0, 0.9, 0, 1, 1, 0, 1] },
    params: [
      {
        name: 'corners',
        type: 'matrix',
        unit: '',
        min: -2,
        max: 3,
        step: 0.01,
        minLength: 8,
        maxLength: 8,
        columns: 2,
        default: [0, 0, 1, 0, 1, 1, 0, 1],
        sentence: 'Four points as shares of width and height, clockwise from the upper left corner.',
        inPixels: false,
      },
      {
        name: 'direction',
        type: 'choice',
        unit: '',
        default: 'distort',
        sentence: 'Whether the image\'s corners go to the points, or the points become its corners.',
        inPixels: false,
        choices: ['distort', 'correct'],
      },
      {
        name: 'background',
        type: 'color',
        unit: '',
        default: '#000000',
        sentence: 'Colour of what the image does not cover.',
        inPixels: false,
      },
      {
        name: 'backgroundOpacity',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 0,
        sentence: 'Opacity of the background; 0 leaves it transparent.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'chromatic-aberration',
    title: 'Chromatic aberration',
    sentence: 'Gives the image the coloured edges of a simple lens, or takes them away.',
    category: 'geometry',
    source: 'radial scaling per channel; cubic convolution: Keys, 1981',
    workingSpace: 'encoded',
    traits: ['geometry'],
    example: '{ effect: \'chromatic-aberration\', red: 6, blue: -6 }',
    exampleStep: { effect: 'chromatic-aberration', red: 6, blue: -6 },
    params: [
      {
        name: 'red',
        type: 'number',
        unit: 'px',
        min: -50,
        max: 50,
        step: 0.5,
        default: 3,
        sentence: 'How far red is moved outwards in the corners; below 0 inwards.',
        inPixels: true,
      },
      {
        name: 'blue',
        type: 'number',
        unit: 'px',
        min: -50,
        max: 50,
        step: 0.5,
        default: -3,
        sentence: 'How far blue is moved outwards in the corners; below 0 inwards.',
        inPixels: true,
      },
    ],
  },
  {
    name: 'pixelate',
    title: 'Pixelate',
    sentence: 'Shows the image as a mosaic of square cells.',
    category: 'stylise',
    source: 'means over cells; linear light by IEC 61966-2-1',
    workingSpace: 'linear',
    traits: ['neighbourhood'],
    example: '{ effect: \'pixelate\', size: 16 }',
    exampleStep: { effect: 'pixelate', size: 16 },
    params: [
      {
        name: 'size',
        type: 'number',
        unit: 'px',
        min: 1,
        max: 64,
        step: 1,
        default: 12,
        sentence: 'Side of a cell; 1 leaves the image as it is.',
        inPixels: true,
      },
    ],
  },
  {
    name: 'auto-levels',
    title: 'Auto levels',
    sentence: 'Stretches the tones that the image has over the whole range.',
    category: 'tone',
    source: 'linear histogram stretching between two percentiles',
    workingSpace: 'encoded',
    traits: ['neighbourhood'],
    example: '{ effect: \'auto-levels\', clip: 0.5 }',
    exampleStep: { effect: 'auto-levels', clip: 0.5 },
    params: [
      {
        name: 'clip',
        type: 'number',
        unit: '%',
        min: 0,
        max: 20,
        step: 0.1,
        default: 0.1,
        sentence: 'Share of the pixels that may become black, and as many white.',
        inPixels: false,
      },
      {
        name: 'together',
        type: 'boolean',
        unit: '',
        default: true,
        sentence: 'One range for the three colours, so that hues stay; otherwise casts go.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'error-diffusion',
    title: 'Error diffusion',
    sentence: 'Leaves a few values per channel; fine grain keeps the tones between them.',
    category: 'stylise',
    source: 'Floyd and Steinberg, An adaptive algorithm for spatial grey scale, 1976',
    workingSpace: 'encoded',
    traits: ['sequential'],
    example: '{ effect: \'error-diffusion\', levels: 2 }',
    exampleStep: { effect: 'error-diffusion', levels: 2 },
    params: [
      {
        name: 'levels',
        type: 'integer',
        unit: '',
        min: 2,
        max: 32,
        step: 1,
        default: 2,
        sentence: 'Number of values that each channel has left.',
        inPixels: false,
      },
      {
        name: 'strength',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.05,
        default: 1,
        sentence: 'Share of the error that is passed on; 0 only rounds.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'palette',
    title: 'Palette',
    sentence: 'Paints the image with a few colours of your own.',
    category: 'stylise',
    source: 'nearest colour; error diffusion after Floyd and Steinberg, 1976',
    workingSpace: 'encoded',
    traits: ['sequential'],
    example: '{ effect: \'palette\', colors: [\'#1d3557\', \'#f1faee\', \'#e63946\'], diffusion: 0.8 }',
    exampleStep: { effect: 'palette', colors: ['#1d3557', '#f1faee', '#e63946'], diffusion: 0.8 },
    params: [
      {
        name: 'colors',
        type: 'colors',
        unit: '',
        minLength: 1,
        maxLength: 64,
        default: ['#000000', '#ffffff', '#d62828', '#f7b801', '#2a9d8f', '#1d3557'],
        sentence: 'The colours that the result has; the first of equally near ones is taken.',
        inPixels: false,
      },
      {
        name: 'diffusion',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.05,
        default: 0.8,
        sentence: 'Share of the error that is passed on; 0 gives even areas.',
        inPixels: false,
      },
    ],
  },
  {
    name: 'blend',
    title: 'Blend',
    sentence: 'Lays another image over the image, or the image as it was.',
    category: 'light',
    source: 'W3C Compositing and Blending Level 1; operators: Porter and Duff, 1984',
    workingSpace: 'encoded',
    traits: ['point', 'placed', 'alpha'],
    example: '{ effect: \'blend\', mode: \'soft-light\', opacity: 0.8 }',
    exampleStep: { effect: 'blend', mode: 'soft-light', opacity: 0.8 },
    params: [
      {
        name: 'image',
        type: 'image',
        unit: '',
        default: null,
        sentence: 'The layer; left out, the image that the chain began with.',
        inPixels: false,
      },
      {
        name: 'mode',
        type: 'choice',
        unit: '',
        default: 'normal',
        sentence: 'How the colours of the layer and of the image below are mixed.',
        inPixels: false,
        choices: ['normal', 'multiply', 'screen', 'overlay', 'darken', 'lighten', 'color-dodge', 'color-burn', 'hard-light', 'soft-light', 'difference', 'exclusion', 'hue', 'saturation', 'color', 'luminosity'],
      },
      {
        name: 'operator',
        type: 'choice',
        unit: '',
        default: 'source-over',
        sentence: 'Which parts of the two remain, by their alphas.',
        inPixels: false,
        choices: ['source-over', 'destination-over', 'source-in', 'destination-in', 'source-out', 'destination-out', 'source-atop', 'destination-atop', 'xor', 'lighter', 'copy', 'clear'],
      },
      {
        name: 'opacity',
        type: 'number',
        unit: '',
        min: 0,
        max: 1,
        step: 0.01,
        default: 1,
        sentence: 'Opacity of the layer.',
        inPixels: false,
      },
      {
        name: 'x',
        type: 'integer',
        unit: 'px',
        min: -65535,
        max: 65535,
        step: 1,
        default: 0,
        sentence: 'Left edge of the layer on the image; outside, the layer is transparent.',
        inPixels: true,
        trials: [-30, 0, 41],
      },
      {
        name: 'y',
        type: 'integer',
        unit: 'px',
        min: -65535,
        max: 65535,
        step: 1,
        default: 0,
        sentence: 'Upper edge of the layer on the image.',
        inPixels: true,
        trials: [-30, 0, 41],
      },
    ],
  },
];

/** Hash of the table, equal to that of the core it was generated from. */
export const descriptorHash = '8b525367';
