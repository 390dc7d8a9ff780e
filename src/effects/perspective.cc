// Perspective: the map of the plane that takes the corners of the image to four points, or back.
//
//   (x, y) = (a u + b v + c, d u + e v + f) / (g u + h v + 1)  takes the unit square to the four
//   points
#include <algorithm>
#include <iterator>
#include <string>

#include "effects/effect.h"
#include "effects/ground.h"

namespace stopbath {
namespace {

enum { kCorners, kDirection, kBackground, kOpacity };

constexpr std::string_view kDirections[] = {"distort", "correct"};
constexpr double kWholeImage[] = {0, 0, 1, 0, 1, 1, 0, 1};

constexpr Param kParams[] = {
    {.name = "corners",
     .type = ParamType::kMatrix,
     .unit = "",
     .min = -2,
     .max = 3,
     .step = 0.01,
     .sentence = "Four points as shares of width and height, clockwise from the upper left corner.",
     .default_list = kWholeImage,
     .least_length = 8,
     .most_length = 8,
     .columns = 2},
    choice_param("direction", kDirections, 0,
                 "Whether the image's corners go to the points, or the points become its corners."),
    kBackgroundParam,
    kOpacityParam,
};

struct Quad {
  Point p[4];

  // Twice the area of the triangle at corner k; all of one sign when the quad is convex.
  double turn(int k) const {
    const Point &a = p[(k + 3) % 4], &b = p[k], &c = p[(k + 1) % 4];
    return (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x);
  }
  bool is_convex() const {
    constexpr double kLeast = 1e-3;
    int right = 0, left = 0;
    for (int k = 0; k < 4; ++k) {
      right += turn(k) > kLeast ? 1 : 0;
      left += turn(k) < -kLeast ? 1 : 0;
    }
    return right == 4 || left == 4;
  }
};

bool corrects(Values v) { return v[kDirection] != 0; }

Quad quad_of(Values v) {
  const auto list = list_of(v, kCorners);
  Quad quad;
  for (size_t k = 0; k < 4; ++k) quad.p[k] = {list[2 * k], list[2 * k + 1]};
  return quad;
}

// Heckbert, 1989, section 2.2.3.
Matrix3 from_unit_square(const Quad& q) {
  const Point &p0 = q.p[0], &p1 = q.p[1], &p2 = q.p[2], &p3 = q.p[3];
  const double dx1 = p1.x - p2.x, dx2 = p3.x - p2.x, sx = p0.x - p1.x + p2.x - p3.x;
  const double dy1 = p1.y - p2.y, dy2 = p3.y - p2.y, sy = p0.y - p1.y + p2.y - p3.y;
  const double d = dx1 * dy2 - dx2 * dy1;
  const double g = (sx * dy2 - dx2 * sy) / d, h = (dx1 * sy - sx * dy1) / d;
  return {{p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x, p0.x,  //
           p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y, p0.y, g, h, 1}};
}

}  // namespace

extern const Effect kPerspective;
const Effect kPerspective = {
    .name = "perspective",
    .title = "Perspective",
    .sentence = "Tilts the image, or takes the tilt out of a photo of something flat.",
    .category = "geometry",
    .source = "Heckbert, Fundamentals of Texture Mapping, 1989; cubic convolution: Keys, 1981",
    .space = WorkingSpace::kEncoded,
    .traits = kGeometry,
    .params = kParams,
    .example = "{ effect: 'perspective', corners: [0.1, 0, 0.9, 0, 1, 1, 0, 1] }",
    .is_identity =
        [](Values v) {
          const auto list = list_of(v, kCorners);
          return std::equal(list.begin(), list.end(), std::begin(kWholeImage));
        },
    .reach = no_reach,
    .check = [](Values v) -> std::string {
      if (quad_of(v).is_convex()) return {};
      return "Expected `perspective.corners` to be the corners of a convex quadrilateral in order";
    },
    .lower = [](Values v, const LowerContext& image) -> Stage {
      const Matrix3 square = from_unit_square(quad_of(v));
      Matrix3 map = corrects(v) ? square : adjugate(square);
      // In front of the horizon is where the image is: what becomes its centre.
      const Point inside = corrects(v) ? Point{0.5, 0.5} : apply(square, {0.5, 0.5});
      if (depth(map, inside) < 0) {
        for (double& m : map.m) m = -m;
      }
      WarpStage warp;
      warp.size = {image.width, image.height};
      warp.to_source =
          scaling(image.width, image.height) * map * scaling(1.0 / image.width, 1.0 / image.height);
      warp.background = ground_of(v[kBackground], v[kOpacity]);
      return warp;
    },
};

}  // namespace stopbath
