// The compiled form of a chain: passes, each a source of rows, steps that transform rows, and a
// sink.
//
// Rows stream through the steps of a pass one after another while they are in cache; only a step
// that needs neighbours along y (a Gaussian) keeps a few rows. A pass ends where the next row would
// need too many: at a wide blur, which works on a coarse grid held in an image-sized temporary.
#ifndef STOPBATH_PIPELINE_PROGRAM_H_
#define STOPBATH_PIPELINE_PROGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/rect.h"
#include "kernels/filter_rows.h"
#include "kernels/pixel_rows.h"
#include "kernels/point.h"

namespace stopbath {

inline constexpr int kMaxPassSteps = 136;  // twice kMaxSteps and some

// A coarse grid keeps this many cells around the image: with them, repeating its outermost cells is
// the same as repeating the outermost pixels of the image.
inline constexpr int kGridMargin = 2;

struct RowStep {
  enum class Kind { kPoints, kGaussian } kind = Kind::kPoints;
  std::vector<PointStage> points;  // run one after another over the row
  size_t leading = 0;              // how many of the first points treat each channel by itself
  std::vector<float> table;        // what those do, tabulated; empty when arithmetic is as fast
  FloatTables tables() const {
    const size_t n = table.size() / 3;
    return {table.data(), table.data() + n, table.data() + 2 * n};
  }
  FirWeights weights;

  // Filled by the layout: pixels per buffered row, and offsets into the scratch.
  int stride = 0;
  int line_pad = 0;
  size_t line = 0;  // Gaussian: the incoming row with its margins
  size_t ring = 0;  // Gaussian: 2 * reach + 1 rows filtered along x
  size_t out = 0;   // the outgoing row, fixed or four planes
  int reach() const { return kind == Kind::kGaussian ? weights.reach : 0; }
};

struct Pass {
  enum class Source {
    kBytes,   // the source image
    kGrid,    // a temporary, cell by cell
    kSpline,  // a temporary, expanded to pixels by a cubic B-spline
  };
  enum class Sink {
    kBytes,    // the destination
    kReduced,  // the destination, averaged over blocks of 2^shift
    kCoarse,   // a temporary, cells of 2^shift pixels
    kGrid,     // a temporary, cell by cell
  };

  Source source = Source::kBytes;
  Sink sink = Sink::kBytes;
  std::vector<RowStep> steps;

  int width = 0;  // of the rows inside the pass: image pixels, or cells of the grid with its margin
  int height = 0;
  int source_temporary = -1;
  int source_stride = 0;  // pixels
  int source_shift = 0;
  int sink_temporary = -1;
  int sink_stride = 0;  // pixels
  int sink_shift = 0;
  int sink_width = 0;  // what the units tile: pixels, blocks or cells with their margin
  int sink_height = 0;

  std::vector<SplinePhase> spline;  // weights per phase of the source grid
  bool mapped = false;              // bytes to bytes through `tables`
  ByteTables tables{};

  int tile_width = 0;  // in units of the sink
  int tile_height = 0;
  int columns = 0;
  int rows = 0;
  double ns_per_pixel = 0;

  // Scratch offsets of the source and the sink.
  size_t mixed = 0;
  size_t expanded = 0;
  size_t sink_line = 0;
  int sink_line_pad = 0;
  size_t sums = 0;
  size_t halves = 0;
  int halves_stride = 0;
  size_t merged = 0;
  size_t cells = 0;
  size_t scratch = 0;

  int total_reach() const {
    int sum = 0;
    for (const RowStep& s : steps) sum += s.reach();
    return sum;
  }
  Rect tile(int unit) const {
    const int x = unit % columns * tile_width;
    const int y = unit / columns * tile_height;
    return intersect({x, y, x + tile_width, y + tile_height}, {0, 0, sink_width, sink_height});
  }
};

// Chooses tiles and lays out the scratch of a pass whose other fields are set.
void lay_out(Pass& pass);

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_PROGRAM_H_
