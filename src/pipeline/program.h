// The compiled form of a chain: passes, each a source of rows, steps that transform rows, and a
// sink.
//
// Rows stream through the steps of a pass one after another while they are in cache; only a step
// that needs neighbours along y keeps a few rows. A pass ends where the next row would need too
// many: at a wide blur, which works on a coarse grid held in an image-sized temporary.
#ifndef STOPBATH_PIPELINE_PROGRAM_H_
#define STOPBATH_PIPELINE_PROGRAM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/placement.h"
#include "base/rect.h"
#include "kernels/box_rows.h"
#include "kernels/byte_lines.h"
#include "kernels/byte_matrix.h"
#include "kernels/combine.h"
#include "kernels/filter_rows.h"
#include "kernels/measured.h"
#include "kernels/pixel_rows.h"
#include "kernels/point.h"
#include "kernels/resample_rows.h"
#include "kernels/sweep.h"
#include "kernels/warp_row.h"
#include "kernels/window.h"

namespace stopbath {

inline constexpr int kMaxPassSteps = 136;  // twice kMaxSteps and some

// A coarse grid keeps this many cells around the image: with them, repeating its outermost cells is
// the same as repeating the outermost pixels of the image.
inline constexpr int kGridMargin = 2;

// A fixed image, or a grid of cells, in a temporary.
struct Grid {
  int temporary = -1;
  int stride = 0;  // pixels
};

// A coarse grid that is expanded to pixels by a cubic B-spline.
struct SplineGrid {
  Grid grid;
  int shift = 0;                     // cells are 2^shift pixels apart
  std::vector<SplinePhase> weights;  // per pixel between two cells

  // Scratch, filled by the layout.
  size_t mixed = 0;
  size_t expanded = 0;
};

// Pixels sampled by a projective map.
struct Warp {
  std::array<Matrix3, 3> to_source;  // of red, of green and alpha, of blue
  bool splits = false;               // the three differ
  WarpSource source;                 // without its pixels
};

// Half-open range of columns or rows.
struct Span {
  int begin = 0;
  int end = 0;

  int length() const { return end - begin; }
};

// How a step changes the size of the image.
struct Resize {
  // kCrop: where the result begins.
  int x0 = 0;
  int y0 = 0;
  // kResample; kNearest has the ratios alone.
  AxisWeights along_x;
  AxisWeights along_y;
  // kNearest: the pixels that are taken.
  std::vector<int32_t> columns;
  std::vector<int32_t> rows;
  // kBlocks: a result pixel is the mean of 2^shift_x x 2^shift_y pixels.
  int shift_x = 0;
  int shift_y = 0;
};

// A step reads the rows of the step before it. Steps form two branches where a filtered image is
// combined with the one it was made from: either a kept step holds the original's rows back until
// the filter has passed, or a branch step starts the filtered image anew from a temporary.
struct RowStep {
  enum class Kind {
    kPoints,
    kGaussian,
    kHalved,  // a Gaussian on cells of two pixels
    kBox,
    kWindow,
    kKeep,      // passes rows on and holds the last of them
    kBranch,    // reads no step before it, but a temporary
    kLayer,     // reads no step before it, but one of the plan's other sources
    kCombine,   // reads the step before it and `side`
    kMeasured,  // uses what was concluded from the whole image, in the temporary of `grid`
    kCrop,
    kResample,
    kNearest,
    kBlocks,
  } kind = Kind::kPoints;
  Size size;                       // of the image that the step gives
  std::vector<std::string> names;  // of the effects, one for each point or one for the step

  std::vector<PointStage> points;   // run one after another over the row
  size_t leading = 0;               // how many of the first points treat each channel by itself
  std::vector<float> table;         // what those do, tabulated; empty when arithmetic is as fast
  std::optional<FixedWords> words;  // the same in fixed form, when the table is all there is to do
  FloatTables tables() const {
    const size_t n = table.size() / 3;
    return {table.data(), table.data() + n, table.data() + 2 * n};
  }
  FirWeights weights;
  BoxWeights box;
  WindowStage window;
  CombineStage combine;
  MeasuredStage measured;
  int side = 0;  // of kCombine: the number of steps whose result is the original; 0 is the source
  int lag = 0;   // of kKeep: rows that the filter is behind
  Grid grid;     // of kBranch and kMeasured
  std::optional<SplineGrid> spline;  // of kBranch: the grid is expanded; of kHalved: its cells are
  int source = 0;                    // of kLayer: which of the plan's sources, 0 the image itself
  Rect place;                        // of kLayer: of that source on the image; outside transparent
  Resize resize;

  // Filled by the layout: pixels per buffered row, and offsets into the scratch.
  int stride = 0;
  int line_pad = 0;
  size_t line = 0;  // the incoming row with its margins
  size_t ring = 0;  // 2 * reach + 1 rows, each with its margins where the filter runs both ways
  int ring_stride = 0;
  size_t cells = 0;      // of kHalved: a row of them with its margins
  int lines_stride = 0;  // of kHalved, which has four lines
  size_t own = 0;        // of the effect's functor, or sums of columns
  size_t out = 0;        // the outgoing row, fixed or four planes

  // False where a branch begins.
  bool reads_before() const { return kind != Kind::kBranch && kind != Kind::kLayer; }
  bool gives_planes() const {
    return kind == Kind::kPoints || kind == Kind::kMeasured ||
           (kind == Kind::kWindow && window.form != WindowStage::Form::kFixed) ||
           (kind == Kind::kCombine && combine.form == CombineStage::Form::kPlanar);
  }
  int reach() const {
    if (kind == Kind::kWindow) return window.reach;
    if (kind == Kind::kBox) return box.reach();
    // A filtered cell stands up to two cells beside the pixel and reads four pixels.
    if (kind == Kind::kHalved) return 2 * weights.reach + 5;
    return kind == Kind::kGaussian ? weights.reach : 0;
  }
};

// What a step reads for a range of its result, inside an image of `limit` pixels along that axis.
Span columns_before(const RowStep& step, Span columns, int limit);
Span rows_before(const RowStep& step, Span rows, int limit);
// The same as numbers: pixels read per pixel of the result, and the most for `need` of them.
double ratio_along(const RowStep& step, bool along_x);
int needed(const RowStep& step, int need, bool along_x);

// What steps count for that a cut has put into passes before: with it a plan decides after the cut
// as it would without.
struct CutOff {
  bool any = false;
  int reach = 0;
  size_t steps = 0;
  double ns = 0;
};

struct Pass {
  enum class Source {
    kBytes,   // the source image
    kGrid,    // a temporary, cell by cell
    kSpline,  // a temporary, expanded to pixels
    kWarp,    // the source image, or a temporary when `source_grid` names one, sampled by a map
  };
  enum class Sink {
    kBytes,    // the destination
    kReduced,  // the destination, averaged over blocks of 2^shift
    kCoarse,   // a temporary, cells of 2^shift pixels
    kGrid,     // a temporary, cell by cell
    kCount,    // a temporary: how many pixels have each level, for every unit
    kMeasure,  // a temporary: what is concluded from those counts; one unit that reads no rows
    kSweep,    // the temporary that is the source, in place and in order of rows; one unit
  };

  Source source = Source::kBytes;
  Sink sink = Sink::kBytes;
  std::vector<RowStep> steps;

  Size source_size;  // of the rows that the source gives: pixels, or cells with their margin
  Size size;         // of the rows that reach the sink
  Grid source_grid;
  SplineGrid source_spline;
  Warp source_warp;
  std::optional<Placement> view;  // the part of the image or grid that is read, mirrored and turned
  Grid sink_grid;
  int sink_shift = 0;
  Size sink_size;  // pixels, blocks or cells with their margin
  Rect region;     // the part of them that is needed, which the units tile; empty: all

  MeasuredStage measured;  // of kMeasure
  int counts = -1;         // of kMeasure: the temporary with the counts
  int count_units = 0;     // of kMeasure: of the pass before
  SweepStage sweep;  // of kSweep, whose pass is a strip of rows; the next strip comes after it
  Span strip;
  int carry = -1;  // of kSweep: the temporary with what one row leaves to the next

  CutOff cut_off;  // for the builder

  bool mapped = false;  // bytes to bytes through `tables`, or the lines that are equal to them
  PixelTables tables{};
  std::optional<ByteLines> lines;
  std::optional<ByteMatrix> matrix;       // instead: bytes to bytes through a matrix
  std::vector<std::string> mapped_names;  // of the effects in `tables` or `matrix`
  std::vector<std::string> names;         // of the geometry in `view`

  Size tile;  // in units of the sink
  int columns = 0;
  int rows = 0;
  double cost_ns = 0;  // of all units, roughly

  // Scratch offsets of the sink.
  size_t sink_line = 0;
  int sink_line_pad = 0;
  size_t sums = 0;
  size_t halves = 0;
  int halves_stride = 0;
  size_t merged = 0;
  size_t cells = 0;
  // Scratch of a view or a warp: rows that are mirrored, turned or sampled.
  size_t viewed = 0;
  int viewed_stride = 0;
  size_t scratch = 0;

  // The rows that reach the sink are the bytes of the source image, where it has them.
  bool is_plain() const { return source == Source::kBytes && steps.empty() && !view; }
  // In which form step `i` gets its rows.
  enum class Form { kBytes, kFixed, kPlanes };
  Form form_before(size_t i) const;

  // Of the image that step `i` reads.
  Size size_before(size_t i) const { return i == 0 ? source_size : steps[i - 1].size; }
  bool reads(int temporary) const;
  int total_reach() const {
    int sum = 0;
    for (const RowStep& s : steps) sum += s.reach();
    return sum;
  }
  Rect tile_of(int unit) const {
    const int x = region.x0 + unit % columns * tile.width;
    const int y = region.y0 + unit / columns * tile.height;
    return intersect({x, y, x + tile.width, y + tile.height}, region);
  }
};

// Nominal nanoseconds of a pixel of the rows that a step, or the source of a pass, gives.
double cost_of(const RowStep& step);
double cost_of_source(const Pass& pass);

// How passes are cut into units; bytes do not depend on it. Times are a nominal machine's.
struct UnitCut {
  double unit_ns = 1.2e6;  // a unit takes at most this long, unless that were less than a few rows
  int workers = 2;         // that share the units of a pass
  double hand_off_ns = 40e3;  // what each of them costs the pass
};

// Chooses tiles and lays out the scratch of a pass whose other fields are set.
void lay_out(Pass& pass, const UnitCut& cut);

}  // namespace stopbath

#endif  // STOPBATH_PIPELINE_PROGRAM_H_
