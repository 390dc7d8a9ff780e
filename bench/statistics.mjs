// Small samples from a noisy machine: medians, quartiles and the text that shows them.

/** The value below which `share` of the sample lies, interpolated. */
export function quantile(values, share) {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = Math.floor(place);
  const high = Math.ceil(place);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

export const median = (values) => quantile(values, 0.5);

/** Median and quartiles of the ratios `numerators[i] / denominators[i]`: pairs that ran side by side share their noise. */
export function ratio(numerators, denominators) {
  const ratios = numerators.map((value, i) => value / denominators[i]);
  return { median: median(ratios), p25: quantile(ratios, 0.25), p75: quantile(ratios, 0.75) };
}

/** A time for a person. */
export const ms = (value) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;

/** A ratio with its spread. */
export const times = ({ median: middle, p25, p75 }) =>
  `${middle.toFixed(2)}x (${p25.toFixed(2)} to ${p75.toFixed(2)})`;

/** Rows of text in columns; the first is aligned left, the others right. */
export function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
